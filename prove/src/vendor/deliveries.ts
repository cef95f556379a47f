import type { JournalCall, JournalMessage } from "./behaviour.js";

/** What people got of one campaign, by the vendor's journal alone. */
export interface Deliveries {
  /** People of whom a message was accepted. */
  readonly reached: ReadonlySet<string>;
  /** Different keys that were accepted. */
  readonly keys: number;
  /** Messages accepted again under the same key: people don't notice. */
  readonly repeats: number;
  /** People for whom the vendor saw more than one key, accepted or not. */
  readonly secondKeys: readonly string[];
}

export function deliveriesOf(calls: readonly JournalCall[], campaignId: string): Deliveries {
  const keysOf = new Map<string, Set<string>>();
  const reached = new Set<string>();
  const accepted = new Set<string>();
  let repeats = 0;
  for (const [key, campaign, customerId, , answer] of messagesOf(calls)) {
    if (campaign !== campaignId) continue;
    const known = keysOf.get(customerId);
    if (known) known.add(key);
    else keysOf.set(customerId, new Set([key]));
    if (answer !== "accepted") continue;
    if (accepted.has(key)) repeats += 1;
    accepted.add(key);
    reached.add(customerId);
  }
  const secondKeys = [...keysOf].filter(([, keys]) => keys.size > 1).map(([customerId]) => customerId);
  return { reached, keys: accepted.size, repeats, secondKeys };
}

export function messagesOf(calls: readonly JournalCall[]): readonly JournalMessage[] {
  return calls.flatMap((call) => call.messages);
}

import { z } from "zod";
import type { SuppressionsApi, UntrustedSuppressions } from "../../engine/suppressions.js";
import { CrmError, type Issue, invalid } from "../../errors.js";
import { addressFieldOf, CHANNELS, type Channel } from "../../model/channel.js";
import { addressSchemas } from "../../model/contact/address.js";
import { type AddressEvidence, type AddressKey, EVIDENCE_KINDS, suppressedBy } from "../../model/contact/suppression.js";
import { parseWith, text } from "../../model/edge.js";
import type { QueueMessage } from "../../ports/queue.js";
import { viewPage } from "../../view/page.js";
import { viewSuppression } from "../../view/suppression.js";
import type { EngineParts } from "../engine-parts.js";
import { recordEvidence } from "./record-evidence.js";

export const suppressionDecisionSchema = z.strictObject({
  address: z.string().max(400),
  channel: z.enum(CHANNELS).optional().meta({ description: "All that the address can be of, if absent." }),
  reason: text(500).min(1),
});
const evidenceSchema = z.object({
  channel: z.enum(CHANNELS),
  hash: z.string(),
  kind: z.enum(EVIDENCE_KINDS),
  at: z.int(),
  reason: z.string().optional(),
});

/** What an operator may lift. */
const LIFTABLE: ReadonlySet<string> = new Set(["bounced", "soft_bounced", "blocked"]);

export function createSuppressions(parts: EngineParts): SuppressionsApi & UntrustedSuppressions {
  const { store, queue, context } = parts;
  const keysOf = async (address: string, channel: Channel | undefined): Promise<readonly AddressKey[]> => {
    const hasher = await parts.addresses();
    const faults: Issue[] = [];
    const keys = (channel === undefined ? CHANNELS : [channel]).flatMap((one) => {
      const parsed = parseWith(addressSchemas(context)[addressFieldOf(one)], address);
      if (parsed.ok) return [{ channel: one, hash: hasher.hash(addressFieldOf(one), parsed.value) }];
      faults.push(...parsed.issues);
      return [];
    });
    if (keys.length > 0) return keys;
    throw invalid([{ path: "address", message: faults.map(({ message }) => message).join("; or ") }]);
  };
  const decide = async (kind: "blocked" | "unblocked", input: unknown): Promise<void> => {
    const parsed = parseWith(suppressionDecisionSchema, input);
    if (!parsed.ok) throw invalid(parsed.issues);
    const { channel, address, reason } = parsed.value;
    const keys = await keysOf(address, channel);
    if (kind === "unblocked") await requireLiftable(parts, keys);
    const at = await parts.clock();
    const evidence = keys.map((key): AddressEvidence => ({ ...key, kind, at, reason }));
    await queue.publish(
      "suppressions",
      evidence.map((one) => ({ id: parts.newId(), body: JSON.stringify(one) })),
    );
  };
  return {
    list: async ({ channel }, page) =>
      viewPage(await store.suppressions.list(channel === undefined ? {} : { channel }, page), viewSuppression),
    find: async (address, { channel } = {}) =>
      (await store.suppressions.getMany(await keysOf(address, channel))).map(viewSuppression),
    suppress: (decision) => decide("blocked", decision),
    lift: (decision) => decide("unblocked", decision),
  };
}

/** Folds queued decisions, and marks who has the addresses. A message that is none gets an error. */
export async function applySuppressions(
  parts: EngineParts,
  messages: readonly QueueMessage[],
): Promise<readonly (Error | undefined)[]> {
  const read = messages.map(({ body }) => parseWith(evidenceSchema, parseJson(body)));
  await recordEvidence(
    parts,
    read.flatMap((parsed) => (parsed.ok ? [parsed.value as AddressEvidence] : [])),
  );
  return read.map((parsed) => (parsed.ok ? undefined : new Error("The message is not about an address.")));
}

async function requireLiftable({ store }: EngineParts, keys: readonly AddressKey[]): Promise<void> {
  const known = await store.suppressions.getMany(keys);
  const by = known.map((one) => suppressedBy(one)?.kind).find((kind) => kind !== undefined && !LIFTABLE.has(kind));
  if (by === undefined) return;
  throw new CrmError(
    "conflict",
    `The address is suppressed because it is ${by}: only a later, dated opt-in of its person lifts that.`,
  );
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

import type { Customer, Rule } from "@crm-engine/core";
import type { StoredCommunication } from "@crm-engine/core/ports";
import { allPages } from "./pages.js";
import type { World } from "./world.js";

/** The id of the n-th person: they sort by number. */
export function personId(n: number): string {
  return `p${String(n).padStart(7, "0")}`;
}

export function person(n: number) {
  return { id: personId(n), email: `person-${n}@example.com`, name: `Person ${n}` };
}

/** Queues people, and settles when the workers that run have stored them all. */
export async function loadPeople({ engine, say }: World, count: number, row: (n: number) => object = person): Promise<void> {
  const begunAt = Date.now();
  const rows = function* () {
    for (let n = 0; n < count; n++) yield { row: n + 1, data: row(n) };
  };
  const { batchId } = await engine.untrusted.ingest.rows("customers", rows());
  const { accepted } = await engine.batches.completed(batchId);
  if (accepted !== count) throw new Error(`only ${accepted} of ${count} people were accepted`);
  say(`${count.toLocaleString("en")} people stored in ${((Date.now() - begunAt) / 1_000).toFixed(1)} s`);
}

export interface Draft {
  /** To whom: everyone. */
  readonly rule?: Rule;
  readonly body?: string;
}

/** Returns the id of a draft. */
export async function draftTo({ engine }: World, name: string, draft: Draft = {}): Promise<string> {
  const { rule = { all: [] }, body = "Hello {{ customer.name }}" } = draft;
  const segment = await engine.segments.create({ name, rule });
  const message = { channel: "email", subject: "News", body } as const;
  return (await engine.campaigns.create({ name, segmentId: segment.id, message })).id;
}

/** Every row of a campaign's log. */
export function ledgerRows({ store }: World, campaignId: string): Promise<readonly StoredCommunication[]> {
  return allPages((page) => store.communications.list({ campaignId }, page));
}

/** Everyone in the store. */
export function everyone({ engine }: World): Promise<readonly Customer[]> {
  return allPages((page) => engine.customers.list(page));
}

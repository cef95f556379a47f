import type { ClaimRef } from "@crm-engine/core/ports";
import type { Collection, Document } from "mongodb";
import { groupBy } from "../database/group-by.js";
import { SERVER_NOW } from "../database/server-clock.js";
import type { CommunicationDocument } from "../schema/collections.js";

const ROWS_AT_ONCE = 500;

/** Makes an expression that yields each row's own value from the caller's claims; null where there is none. */
export type PerRow<C> = (valueIn: (claim: C) => string | number | boolean | undefined) => Document;

/**
 * Changes rows that are still held: claimed, with the caller's epoch, and with more than `marginMs` of lease left on the server's
 * clock. One statement for all rows of an epoch, decided row by row on the server; a row that is not held stays as it is. A field of
 * `removable` that is changed to null is removed.
 */
export async function updateHeld<C extends ClaimRef>(
  communications: Collection<CommunicationDocument>,
  claims: readonly C[],
  changesOf: (perRow: PerRow<C>) => Document,
  { marginMs = 0, removable = [] }: { readonly marginMs?: number; readonly removable?: readonly string[] } = {},
): Promise<void> {
  const removals = Object.fromEntries(removable.map((name) => [name, { $ifNull: [`$${name}`, "$$REMOVE"] }]));
  for (const [epoch, group] of groupBy(claims, (claim) => claim.epoch)) {
    for (let start = 0; start < group.length; start += ROWS_AT_ONCE) {
      const some = group.slice(start, start + ROWS_AT_ONCE);
      const ids = some.map(({ id }) => id);
      const place = { $indexOfArray: [{ $literal: ids }, "$_id"] };
      const changes = changesOf((valueIn) => ({
        $arrayElemAt: [{ $literal: some.map((claim) => valueIn(claim) ?? null) }, place],
      }));
      const isHeld = { $gt: ["$leaseUntil", { $add: [SERVER_NOW, marginMs] }] };
      await communications.updateMany({ _id: { $in: ids }, status: "claimed", epoch }, [
        { $replaceWith: { $cond: [isHeld, { $mergeObjects: ["$$ROOT", changes] }, "$$ROOT"] } },
        ...(removable.length > 0 ? [{ $set: removals }] : []),
      ]);
    }
  }
}

/** Which of the claims are rows that are claimed under the same epoch and meet the test. */
export async function findHeld(
  communications: Collection<CommunicationDocument>,
  claims: readonly ClaimRef[],
  test: Document,
): Promise<ReadonlySet<string>> {
  const epochs = new Map(claims.map(({ id, epoch }) => [id, epoch]));
  const rows = await communications
    .find({ _id: { $in: [...epochs.keys()] }, status: "claimed", ...test })
    .project<{ readonly _id: string; readonly epoch: number }>({ epoch: 1 })
    .toArray();
  return new Set(rows.filter(({ _id, epoch }) => epochs.get(_id) === epoch).map(({ _id }) => _id));
}

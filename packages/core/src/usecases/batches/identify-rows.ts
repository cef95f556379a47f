import type { PartState } from "../../model/batch.js";
import type { AddressField } from "../../model/channel.js";
import type { ApplyParts } from "./apply-parts.js";
import type { ReadPart, ReadRow } from "./read-part.js";
import { type Resolved, resolveIdentities } from "./resolve-identity.js";

/** A row that is known to be about this customer, or of it. */
export interface IdentifiedRow extends ReadRow {
  readonly customerId: string;
  /** It names no id, and is no newer than the erasure of the address that it goes by. */
  readonly erasedBy?: AddressField;
}

export interface IdentifiedPart extends ReadPart {
  readonly rows: readonly IdentifiedRow[];
}

/**
 * Finds the customer of each row. Those of rows without an id are kept with their part before anything is applied, so that every
 * delivery of the part, now or later, means the same customers. Leaves out parts that another worker has finished meanwhile.
 */
export async function identifyRows(
  engine: Pick<ApplyParts, "store" | "addresses">,
  parts: readonly ReadPart[],
  states: readonly PartState[],
): Promise<readonly IdentifiedPart[]> {
  const asKept = parts.map((part, index) => withIdentities(part, states[index]));
  const resolved = await resolveIdentities(
    asKept.flatMap(({ rows }, index) =>
      rows.map(({ customer }, place) => ({ ...customer, isNamed: parts[index]?.rows[place]?.customer.id !== undefined })),
    ),
    engine,
  );
  let next = 0;
  const found = asKept.map((part) => ({ ...part, rows: part.rows.map((row) => identified(row, resolved[next++])) }));

  const fresh = found.filter(({ rows }) => rows.some(({ customer }) => customer.id === undefined));
  if (fresh.length === 0) return found;
  const stand = await engine.store.batches.identify(
    fresh.map(({ message: { batchId, part }, rows }) => {
      const nameless = rows.filter(({ customer }) => customer.id === undefined);
      return { batchId, part, identities: nameless.map(({ rows: [row = 0], customerId }) => ({ row, customerId })) };
    }),
  );
  const stateOf = new Map(fresh.map((part, index) => [part, stand[index]]));
  return found.flatMap((part) => {
    const state = stateOf.get(part);
    if (state?.hasFates) return [];
    return [
      {
        ...part,
        rows: withIdentities(part, state).rows.map((row) => ({ ...row, customerId: row.customer.id ?? row.customerId })),
      },
    ];
  });
}

function identified(row: ReadRow, { customerId, erased }: Resolved = { customerId: "" }): IdentifiedRow {
  return { ...row, customerId, ...(erased && row.stamp <= erased.upTo ? { erasedBy: erased.field } : {}) };
}

/** Rows without an id get the one that is kept for them. */
function withIdentities<P extends ReadPart>(part: P, state: PartState | undefined): P {
  if (!state || state.identities.length === 0) return part;
  const kept = new Map(state.identities.map(({ row, customerId }) => [row, customerId]));
  const rows = part.rows.map((row) => {
    const id = row.customer.id ?? kept.get(row.rows[0] ?? 0);
    return id === undefined ? row : { ...row, customer: { ...row.customer, id } };
  });
  return { ...part, rows };
}

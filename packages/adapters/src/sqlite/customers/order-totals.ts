import type { Orders } from "@crm-engine/core/ports";
import type { Operations, PortOf } from "../schema/operations.js";
import type { Scope, Tables } from "../schema/scope.js";

const TOTALS = "(order_count, total_spend, first_order_at, last_order_at)";

/** Sets the totals of a customer, by row number, to those of the stored orders. */
export function updateTotals(tables: Tables): string {
  return `UPDATE ${tables.customers} AS c SET ${TOTALS} = ${totalsOfOrders(tables)} WHERE c.num = ?`;
}

const steps = { reads: { findWrongTotals }, chunked: { correctTotals } } satisfies Operations;

/** Totals are compared on the reader's thread, so that the writer's is needed only for those that are wrong. */
export const recounting = {
  steps,
  methods: ({ findWrongTotals, correctTotals }: PortOf<typeof steps>): Pick<Orders, "recount"> => ({
    recount: async (range) => {
      const { wrong, ...visited } = await findWrongTotals(range);
      return { ...visited, corrected: await correctTotals(wrong) };
    },
  }),
};

export interface WrongTotals {
  readonly checked: number;
  /** Ids of customers whose totals differ from those of their orders. */
  readonly wrong: readonly string[];
  readonly lastId?: string;
}

function findWrongTotals(
  { db, tables }: Scope,
  { after = "", limit }: { readonly after?: string; readonly limit: number },
): WrongTotals {
  const rows = db.all(
    `SELECT c.id, ${TOTALS} IS NOT ${totalsOfOrders(tables)} AS wrong FROM ${tables.customers} c
     WHERE c.id > ? AND c.erased = 0 ORDER BY c.id LIMIT ?`,
    after,
    limit,
  );
  const last = rows.at(-1);
  const wrong = rows.filter((row) => row.wrong === 1).map(({ id }) => String(id));
  return { checked: rows.length, wrong, ...(last ? { lastId: String(last.id) } : {}) };
}

/** Corrects the totals that are still wrong, and returns the ids of their customers. */
function correctTotals({ db, tables }: Scope, ids: readonly string[]): readonly string[] {
  const correct = db.prepare(
    `UPDATE ${tables.customers} AS c SET ${TOTALS} = ${totalsOfOrders(tables)}
     WHERE c.id = ? AND c.erased = 0 AND ${TOTALS} IS NOT ${totalsOfOrders(tables)}`,
  );
  return ids.filter((id) => Number(correct.run(id).changes) === 1);
}

/** Core's `totalsOf` in SQL, on a covering index; `c` is the customer. */
function totalsOfOrders({ orders }: Tables): string {
  return `(
    SELECT count(*) FILTER (WHERE type = 'purchase'), coalesce(sum(iif(type = 'purchase', amount, -amount)), 0),
      min(placed_at) FILTER (WHERE type = 'purchase'), max(placed_at) FILTER (WHERE type = 'purchase')
    FROM ${orders} WHERE customer = c.num)`;
}

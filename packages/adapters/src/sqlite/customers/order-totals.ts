import { isDeepStrictEqual } from "node:util";
import type { Orders } from "@crm-engine/core/ports";
import { blocksIn, type OrderBlock, type OrderBlocks, type OrderSums, sumsOf, withBlocks } from "../../order-blocks.js";
import type { Row } from "../database/driver.js";
import { parseJson } from "../schema/columns.js";
import { totalsOf } from "../schema/customer-rows.js";
import type { Operations, PortOf } from "../schema/operations.js";
import type { Scope, Tables } from "../schema/scope.js";

const SUM_COLUMNS = "order_count, total_spend, first_order_at, last_order_at, order_rows, order_amounts, order_blocks";
/** The columns that `standingBlocks` reads. */
export const STANDING_COLUMNS = `num, erased, ${SUM_COLUMNS}`;

/** A customer's blocks before its orders are written, as its row holds them: an erased one has none. */
export function standingBlocks(row: Row): OrderBlocks {
  return blocksIn(sumsIn(row));
}

/** Sets what a customer holds of its orders, by row number; `touched` blocks are summed again, or all where nothing is known. */
export function totalsWriter({
  db,
  tables,
}: Scope): (customer: number, known?: { readonly standing: OrderBlocks; readonly touched: Iterable<number> }) => void {
  const sumBlock = db.prepare(`${selectBlocks(tables)} WHERE customer = ? AND block = ? GROUP BY block`);
  const write = db.prepare(`UPDATE ${tables.customers} SET (${SUM_COLUMNS}) = (?, ?, ?, ?, ?, ?, ?) WHERE num = ?`);
  return (customer, known) => {
    const summed = new Map([...(known?.touched ?? [])].map((block) => [block, blockOf(sumBlock.get(customer, block) as Row)]));
    const blocks = known ? withBlocks(known.standing, summed) : sumBlocks({ db, tables }, customer);
    const sums = sumsOf(blocks);
    write.run(
      ...[sums.orderCount, sums.totalSpend, sums.firstOrderAt ?? null, sums.lastOrderAt ?? null],
      ...[sums.orderRows ?? 0, sums.orderAmounts ?? 0, sums.orderBlocks ? JSON.stringify(sums.orderBlocks) : null],
      customer,
    );
  };
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
  /** Ids of customers whose totals, or the sums of whose blocks, differ from those of their orders. */
  readonly wrong: readonly string[];
  readonly lastId?: string;
}

function findWrongTotals(scope: Scope, { after = "", limit }: { readonly after?: string; readonly limit: number }): WrongTotals {
  const { db, tables } = scope;
  const rows = db.all(
    `SELECT id, ${STANDING_COLUMNS} FROM ${tables.customers} WHERE id > ? AND erased = 0 ORDER BY id LIMIT ?`,
    after,
    limit,
  );
  const last = rows.at(-1);
  const wrong = rows.filter((row) => isWrong(scope, row)).map(({ id }) => String(id));
  return { checked: rows.length, wrong, ...(last ? { lastId: String(last.id) } : {}) };
}

/** Corrects the totals that are still wrong, and returns the ids of their customers. */
function correctTotals(scope: Scope, ids: readonly string[]): readonly string[] {
  const { db, tables } = scope;
  const read = db.prepare(`SELECT ${STANDING_COLUMNS} FROM ${tables.customers} WHERE id = ? AND erased = 0`);
  const correct = totalsWriter(scope);
  return ids.filter((id) => {
    const row = read.get(id) as Row | undefined;
    if (!row || !isWrong(scope, row)) return false;
    correct(Number(row.num));
    return true;
  });
}

function isWrong(scope: Scope, row: Row): boolean {
  const { orderRows = 0, orderAmounts = 0, ...others } = sumsOf(sumBlocks(scope, Number(row.num)));
  return !isDeepStrictEqual(sumsIn(row), { orderRows, orderAmounts, ...others });
}

function sumsIn(row: Row): OrderSums {
  return {
    ...totalsOf(row),
    orderRows: Number(row.order_rows),
    orderAmounts: Number(row.order_amounts),
    ...(row.order_blocks === null ? {} : { orderBlocks: parseJson<OrderBlocks>(row.order_blocks) }),
  };
}

/** All blocks of a customer, from its orders. */
function sumBlocks({ db, tables }: Pick<Scope, "db" | "tables">, customer: number): OrderBlocks {
  const rows = db.all(`${selectBlocks(tables)} WHERE customer = ? GROUP BY block`, customer);
  return withBlocks([], new Map(rows.map((row) => [Number(row.block), blockOf(row)])));
}

/** Core's `totalsOf` in SQL, block by block, on a covering index. */
function selectBlocks({ orders }: Tables): string {
  const ofPurchases = "FILTER (WHERE type = 'purchase' AND status = 'placed')";
  return `
    SELECT block, count(*) AS order_rows, sum(amount) AS order_amounts, count(*) ${ofPurchases} AS order_count,
      ifnull(sum(iif(type = 'purchase', amount, -amount)) FILTER (WHERE status = 'placed'), 0) AS total_spend,
      min(placed_at) ${ofPurchases} AS first_order_at, max(placed_at) ${ofPurchases} AS last_order_at
    FROM ${orders}`;
}

function blockOf(row: Row): OrderBlock {
  return { rows: Number(row.order_rows), amounts: Number(row.order_amounts), ...totalsOf(row) };
}

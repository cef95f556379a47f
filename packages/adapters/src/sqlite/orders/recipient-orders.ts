import { type OrderGroup, type RecipientOrders, SUM_UNIT, sumOf, type TimeSpan } from "@crm-engine/core/ports";
import { FORMER } from "../../former-orders.js";
import { checkInterrupt } from "../query/compile-target.js";
import type { Scope } from "../schema/scope.js";

/** The id of the customer `c`, or of the one whose former orders refer to it. */
const CUSTOMER_ID = `substr(c.id, 1, instr(c.id || '${FORMER}', '${FORMER}') - 1)`;

interface Group extends Pick<OrderGroup, "type" | "count" | "high" | "low"> {
  readonly customers: number;
}

/** The orders of the time are read from their index, and for each its customer's log row by its key: a plus keeps SQLite from any other index. */
export function ofRecipients({ db, tables }: Scope, campaignId: string, { from, to }: TimeSpan): RecipientOrders {
  const [interruptible] = checkInterrupt({ interruptible: true }, "o.num");
  const groups = db.all(
    `SELECT o.type, count(*) AS count, count(DISTINCT ${CUSTOMER_ID}) AS customers,
       sum(o.amount / ${SUM_UNIT}) AS high, sum(o.amount % ${SUM_UNIT}) AS low
     FROM ${tables.orders} o INDEXED BY ${tables.orders}_placed CROSS JOIN ${tables.customers} c ON c.num = o.customer
     WHERE o.placed_at >= ? AND o.placed_at < ? AND ${interruptible?.sql} AND +o.status = 'placed' AND EXISTS (
       SELECT 1 FROM ${tables.communications} m
       WHERE m.campaign_id = ? AND m.customer_id = ${CUSTOMER_ID} AND +m.messaged_at IS NOT NULL)
     GROUP BY +o.type`,
    ...[from, to, campaignId],
  ) as unknown as readonly Group[];
  const none: Omit<Group, "type"> = { count: 0, customers: 0, high: 0, low: 0 };
  const of = (type: Group["type"]) => groups.find((group) => group.type === type) ?? none;
  const [purchases, refunds] = [of("purchase"), of("refund")];
  return {
    ...{ purchases: purchases.count, purchased: sumOf(purchases), refunds: refunds.count, refunded: sumOf(refunds) },
    customers: purchases.customers,
  };
}

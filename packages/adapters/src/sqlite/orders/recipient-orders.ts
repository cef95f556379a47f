import { type RecipientOrders, SUM_UNIT, statusesWith, sumOf, type TimeSpan } from "@crm-engine/core/ports";
import { FORMER } from "../../former-orders.js";
import { checkInterrupt } from "../query/compile-target.js";
import { combine } from "../query/expressions.js";
import type { Scope } from "../schema/scope.js";

/** Of each order in the time the log row is looked up, under the id that its customer has or had. */
export function ofRecipients({ db, tables }: Scope, campaignId: string, { from, to }: TimeSpan): RecipientOrders {
  const customerId = `substr(c.id, 1, instr(c.id || '${FORMER}', '${FORMER}') - 1)`;
  const messaged = statusesWith("messaged").map((status) => `m.${status}_at IS NOT NULL`);
  const { sql, values } = combine(
    [
      ...checkInterrupt({ interruptible: true }, "o.num"),
      { sql: "o.placed_at >= ? AND o.placed_at < ? AND o.status = 'placed'", values: [from, to] },
      {
        sql: `EXISTS (SELECT 1 FROM ${tables.communications} m WHERE m.campaign_id = ? AND m.customer_id = ${customerId} AND (${messaged.join(" OR ")}))`,
        values: [campaignId],
      },
    ],
    "AND",
  );
  const groups = db.all(
    `SELECT o.type, count(*) AS count, count(DISTINCT ${customerId}) AS customers, sum(o.amount / ${SUM_UNIT}) AS high, sum(o.amount % ${SUM_UNIT}) AS low
     FROM ${tables.orders} o INDEXED BY ${tables.orders}_placed CROSS JOIN ${tables.customers} c ON c.num = o.customer
     WHERE ${sql} GROUP BY o.type`,
    ...values,
  );
  const of = (type: string) => groups.find((group) => group.type === type) ?? { count: 0, customers: 0, high: 0, low: 0 };
  const [purchases, refunds] = [of("purchase"), of("refund")];
  return {
    customers: Number(purchases.customers),
    purchases: Number(purchases.count),
    purchased: sumOf({ high: Number(purchases.high), low: Number(purchases.low) }),
    refunds: Number(refunds.count),
    refunded: sumOf({ high: Number(refunds.high), low: Number(refunds.low) }),
  };
}

import { CAMPAIGN } from "../population/load.js";
import { DAY_MS, NOW, sku } from "../population/people.js";
import { JULY } from "./typical-rules.js";

export interface HandSql {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

const LIVING = "SELECT count(*) AS n FROM crm_customers c WHERE c.erased = 0";
const JUNE = Date.parse("2026-06-01T00:00:00Z");

/** The typical rules in SQL, as somebody would write them who knows the tables, their indexes and that erased people don't count. */
export function byHandSql(): Readonly<Record<string, HandSql>> {
  return {
    spent: { sql: `${LIVING} AND c.total_spend > ?`, values: [1_000_000] },
    "spent-and-away": {
      sql: `${LIVING} AND c.total_spend > ? AND (c.last_visit_at IS NULL OR c.last_visit_at < ? OR c.last_visit_at >= ?)`,
      values: [100_000, JUNE, NOW],
    },
    tagged: {
      sql: `${LIVING} AND c.consent_email = 'subscribed' AND EXISTS (SELECT 1 FROM json_each(c.tags) t WHERE t.value IN (?, ?))`,
      values: ["vip", "wholesale"],
    },
    attributes: {
      sql: `SELECT count(*) AS n FROM crm_attributes p JOIN crm_attributes t ON t.name = 'city' AND t.customer = p.customer
            WHERE p.name = 'plan' AND p.text = ? AND t.text IN (?, ?)`,
      values: ["pro", "City 7", "City 8"],
    },
    often: {
      sql: `SELECT count(*) AS n FROM (
              SELECT o.customer FROM crm_orders o WHERE o.placed_at >= ? AND o.placed_at < ? AND o.type = 'purchase'
                AND o.customer NOT IN (SELECT num FROM crm_customers WHERE erased = 1)
              GROUP BY o.customer HAVING count(*) >= 3)`,
      values: [NOW - 90 * DAY_MS, NOW],
    },
    bought: {
      sql: `SELECT count(DISTINCT o.customer) AS n FROM crm_products p
              JOIN crm_items i ON i.product = p.num JOIN crm_orders o ON o.num = i.order_num
            WHERE p.sku = ? AND o.type = 'purchase' AND o.placed_at >= ? AND o.placed_at < ?
              AND o.customer NOT IN (SELECT num FROM crm_customers WHERE erased = 1)`,
      values: [sku(7), NOW - 365 * DAY_MS, NOW],
    },
    average: {
      sql: `SELECT count(*) AS n FROM (
              SELECT o.customer FROM crm_orders o WHERE o.placed_at >= ? AND o.placed_at < ? AND o.type = 'purchase'
                AND o.customer NOT IN (SELECT num FROM crm_customers WHERE erased = 1)
              GROUP BY o.customer HAVING sum(o.amount) > 50000 * count(*))`,
      values: [NOW - 180 * DAY_MS, NOW],
    },
    unopened: {
      sql: `SELECT count(*) AS n FROM crm_communications l JOIN crm_customers c ON c.id = l.customer_id
            WHERE l.campaign_id = ? AND l.delivered_at IS NOT NULL AND l.opened_at IS NULL AND c.erased = 0`,
      values: [CAMPAIGN],
    },
    birthday: {
      sql: `SELECT count(*) AS n FROM crm_attributes a
            WHERE a.name = 'born' AND substr(a.wall_clock, 6, 5) BETWEEN '07-01' AND '07-08' AND a.wall_clock < '2026-07-09'`,
      values: [],
    },
    "lapsed-or-vip": {
      sql: `${LIVING} AND (c.total_spend > ? OR c.last_order_at < ?)
              AND (c.sample_hash * CAST(? AS INTEGER) + CAST(? AS INTEGER)) % 2147483647 < 214748364`,
      values: [500_000, NOW - 365 * DAY_MS, JULY.factor, JULY.offset],
    },
  };
}

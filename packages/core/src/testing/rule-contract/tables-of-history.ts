import type { OrderItem } from "../../model/order.js";
import { sampleHash, samplePlace, sampleRef } from "../../query/condition/sample.js";
import { all, any, attribute, field, messages, not, orderField, orders, sample, segment } from "../../query/language/builder.js";
import { bothWays, people, type RuleTable, type TableCustomer, type TableOrder } from "./rule-table.js";
import { GENERATED_CONTEXT } from "./value-pools.js";

const { now } = GENERATED_CONTEXT;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function item(sku: string, more: Partial<OrderItem> = {}): OrderItem {
  return { sku, quantity: 1, price: 2.55, ...more };
}

function bought(placedAt: number, amount: number, items: readonly OrderItem[] = [], more: Partial<TableOrder> = {}): TableOrder {
  return { type: "purchase", placedAt, amount, items, ...more };
}

const lamp = item("85123A", { name: "WHITE HANGING HEART", category: "light" });
const buyers: readonly TableCustomer[] = [
  {
    id: "cancelled",
    fields: {},
    orders: [
      bought(now - DAY_MS, 700, [lamp], { status: "cancelled" }),
      { type: "refund", status: "cancelled", amount: 200, placedAt: now - DAY_MS },
    ],
  },
  // Three orders with lamps in the last 90 days, the first exactly on the edge.
  {
    id: "lamps",
    fields: { tags: ["vip"] },
    orders: [
      bought(Date.parse("2025-12-29T12:00:00Z"), 1_000, [lamp]),
      bought(now - 10 * DAY_MS, 2_000, [item("POST"), lamp], { channel: "web" }),
      bought(now - 1, 3_001, [lamp], { channel: "web" }),
    ],
  },
  // Three lines of lamps, but in two orders, and one order too early by a millisecond.
  {
    id: "lines",
    fields: {},
    orders: [
      bought(Date.parse("2025-12-29T12:00:00Z") - 1, 500, [lamp]),
      bought(now - 5 * DAY_MS, 500, [lamp, item("85123A", { quantity: 12 })]),
      bought(now - 4 * DAY_MS, 500, [lamp]),
    ],
  },
  // One line has the lamp, another the quantity.
  { id: "mixed", fields: {}, orders: [bought(now - DAY_MS, 100, [lamp, item("22423", { quantity: 12, price: 0.3 })])] },
  { id: "never", fields: { name: "Nia" } },
  { id: "now", fields: {}, orders: [bought(now, 1)] },
  {
    id: "plain",
    fields: {},
    orders: [bought(now - 2 * DAY_MS, 333, [], { channel: "Web", id: "po-1" }), bought(now - 3 * DAY_MS, 334)],
  },
  { id: "refunder", fields: {}, orders: [{ type: "refund", amount: 500, placedAt: now - DAY_MS, items: [lamp] }] },
];
const everyBuyer = buyers.map(({ id }) => id);
const except = (...ids: readonly string[]): readonly string[] => everyBuyer.filter((id) => !ids.includes(id));
const ofLamps = orderField("sku").eq("85123A");
const ofRefunds = orders({ where: orderField("type").eq("refund") });
const isPlaced = orderField("status").eq("placed");
const isCancelled = orderField("status").eq("cancelled");
const ofCancelled = orders({ where: isCancelled });
const anyStatus = orders({ where: orderField("status").exists() });
const anyType = orders({ where: orderField("type").exists() });

const counts: RuleTable = {
  name: "orders are counted once, where one item makes the whole of it true, and in their window",
  customers: buyers,
  planned: true,
  rows: bothWays(buyers, [
    [orders({ where: ofLamps, within: { days: 90 } }).count.gte(3), ["lamps"]],
    [orders({ where: ofLamps }).count.gte(3), ["lamps", "lines"]],
    [orders({ where: ofLamps }).count.eq(1), ["mixed"]],
    [orders({ where: all(ofLamps, orderField("quantity").gte(12)) }).count.gte(1), ["lines"]],
    [orders({ where: any(ofLamps, orderField("quantity").gte(12)) }).count.between(1, 2), ["mixed"]],
    [orders({ where: not(ofLamps) }).count.gte(1), ["lamps", "mixed", "now", "plain"]],
    [orders({ where: orderField("sku").ne("85123A") }).count.gte(1), ["lamps", "mixed"]],
    [orders({ where: orderField("sku").notExists() }).count.gte(1), ["now", "plain"]],
    [orders({ where: orderField("category").notExists() }).count.gte(1), ["lamps", "lines", "mixed", "now", "plain"]],
    [orders({ where: orderField("category").ne("garden") }).count.gte(1), ["lamps", "lines", "mixed"]],
    [orders({ where: orderField("name").contains("hanging") }).count.gte(3), ["lamps", "lines"]],
    [orders({ where: orderField("price").eq(0.3) }).count.gte(1), ["mixed"]],
    [orders({ where: orderField("price").in([0.3, 2.55]) }).count.gte(3), ["lamps", "lines"]],
    [orders({ where: all(ofLamps, orderField("channel").eq("web")) }).count.eq(2), ["lamps"]],
    [orders({ where: orderField("channel").startsWith("WEB") }).count.gte(1), ["lamps", "plain"]],
    [orders({ where: orderField("channel").notExists() }).count.gte(1), except("cancelled", "never", "refunder")],
    [orders({ where: orderField("id").eq("po-1") }).count.gte(1), ["plain"]],
    [orders({ where: orderField("currency").eq("USD") }).count.gte(3), ["lamps", "lines"]],
    [orders({ where: orderField("amount").gt(10) }).count.gte(1), ["lamps"]],
    [orders({ where: orderField("amount").between(3.33, 5) }).count.eq(2), ["plain"]],
    [orders({ where: orderField("placedAt").inLast({ days: 1 }) }).count.gte(1), ["lamps"]],
    [orders({ where: orderField("placedAt").today() }).count.gte(1), ["lamps", "now"]],
    [orders({ where: orderField("placedAt").isDay({ ago: { days: 1 } }) }).count.gte(1), ["mixed"]],
    [orders({ where: all() }).count.gte(1), except("cancelled", "never", "refunder")],
    [orders({ where: any() }).count.eq(0), everyBuyer],
    [orders().count.eq(0), ["cancelled", "never", "refunder"]],
    [orders().count.ne(0), except("cancelled", "never", "refunder")],
    [orders().count.notIn([0, 3]), ["mixed", "now", "plain"]],
    [orders().count.lt(1), ["cancelled", "never", "refunder"]],
    [orders().count.lte(1), ["cancelled", "mixed", "never", "now", "refunder"]],
    [orders({ within: { days: 10 } }).count.gte(1), ["lamps", "lines", "mixed", "plain"]],
    [ofRefunds.count.gte(1), ["refunder"]],
    [anyType.count.eq(0), ["cancelled", "never"]],
    [orders({ where: any(orderField("type").eq("refund"), ofLamps) }).count.gte(1), ["lamps", "lines", "mixed", "refunder"]],
    [orders({ where: not(orderField("type").eq("purchase")) }).count.gte(1), ["refunder"]],
    [orders({ where: orderField("type").eq("purchase") }).count.eq(0), ["cancelled", "never", "refunder"]],
    [orders({ where: isPlaced }).count.eq(0), ["cancelled", "never", "refunder"]],
    [orders({ where: all(isPlaced, orderField("type").eq("purchase")) }).count.eq(0), ["cancelled", "never", "refunder"]],
    [ofCancelled.count.eq(1), ["cancelled"]],
    [anyStatus.count.eq(0), ["never", "refunder"]],
    [orders({ where: not(isPlaced) }).count.gte(1), ["cancelled"]],
    [orders({ where: all(isCancelled, orderField("type").exists()) }).count.eq(2), ["cancelled"]],
    [orders({ where: all(isCancelled, orderField("type").eq("refund")) }).count.eq(1), ["cancelled"]],
    [orders({ where: any(isCancelled, ofLamps) }).count.gte(1), ["cancelled", "lamps", "lines", "mixed"]],
    [all(orders({ where: ofLamps }).count.gte(1), not(orders({ within: { days: 2 } }).count.gte(1))), ["lines"]],
  ]),
};

const measures: RuleTable = {
  name: "sums, averages, least and greatest amounts, first and last orders",
  customers: buyers,
  planned: true,
  rows: bothWays(buyers, [
    [orders().sum.eq(0), ["cancelled", "never", "refunder"]],
    [orders().sum.eq(60.01), ["lamps"]],
    [orders().sum.gt(15), ["lamps"]],
    [orders().sum.lt(-1), []],
    [orders().sum.between(6.67, 15), ["lines", "plain"]],
    [orders({ where: ofLamps, within: { weeks: 1 } }).sum.gte(10), ["lamps", "lines"]],
    [ofRefunds.sum.gt(0), ["refunder"]],
    [anyType.sum.in([5, 15]), ["lines", "refunder"]],
    [ofCancelled.sum.eq(7), ["cancelled"]],
    [orders().avg.eq(5), ["lines"]],
    [orders().avg.gt(20), ["lamps"]],
    [orders().avg.lte(20), except("cancelled", "lamps", "never", "refunder")],
    // 6.67 over two orders: between 3.33 and 3.34, and neither.
    [orders().avg.eq(3.33), []],
    [all(orders().avg.gt(3.33), orders().avg.lt(3.34)), ["plain"]],
    [orders().avg.between(1, 5), ["lines", "mixed", "plain"]],
    [orders().avg.ne(5), ["lamps", "mixed", "now", "plain"]],
    [orders().avg.in([0.01, 5]), ["lines", "now"]],
    [orders().avg.notIn([0.01, 5]), ["lamps", "mixed", "plain"]],
    [orders().avg.lt(0), []],
    [orders().avg.exists(), except("cancelled", "never", "refunder")],
    [orders().avg.notExists(), ["cancelled", "never", "refunder"]],
    [ofRefunds.avg.eq(5), ["refunder"]],
    [orders().min.lte(1), ["mixed", "now"]],
    [orders().min.notExists(), ["cancelled", "never", "refunder"]],
    [orders().min.ne(0.01), except("cancelled", "never", "now", "refunder")],
    [anyStatus.min.eq(7), ["cancelled"]],
    [orders().max.gte(30.01), ["lamps"]],
    [orders({ where: ofLamps }).max.exists(), ["lamps", "lines", "mixed"]],
    [orders().first.before("2025-12-29"), []],
    [orders().first.before("2025-12-30"), ["lamps", "lines"]],
    [orders().first.inLast({ days: 90 }), ["lamps", "mixed", "plain"]],
    [orders().first.notInLast({ days: 90 }), ["lines", "now"]],
    [orders().first.lastYear(), ["lamps", "lines"]],
    [orders().last.today(), ["lamps", "now"]],
    [orders().last.after("2026-03-29T10:59:59.999Z"), ["now"]],
    [orders().last.isDay({ ago: { days: 1 } }), ["mixed"]],
    [orders().last.olderThan({ days: 3 }), ["lines"]],
    [orders().last.notExists(), ["cancelled", "never", "refunder"]],
    [orders({ where: ofLamps }).last.between("2026-03-25", "2026-03-28"), ["lines", "mixed"]],
    [orders({ where: ofLamps }).last.between("2026-03-25", "2026-03-29"), ["lamps", "lines", "mixed"]],
    [orders({ where: ofLamps }).last.anniversaryWithin({ days: 0 }), ["lamps"]],
    [ofRefunds.last.thisMonth(), ["refunder"]],
    [ofCancelled.last.inLast({ days: 2 }), ["cancelled"]],
    [anyStatus.last.notExists(), ["never", "refunder"]],
  ]),
};

const reached: readonly TableCustomer[] = [
  {
    id: "bounced",
    fields: {},
    messages: [{ campaignId: "k1", evidence: { sent: now - 3 * DAY_MS, bounced: now - 2 * DAY_MS } }],
  },
  { id: "failed", fields: {}, messages: [{ campaignId: "k1", evidence: { failed: now - HOUR_MS } }] },
  { id: "never", fields: {} },
  {
    id: "opened",
    fields: {},
    messages: [
      { campaignId: "k1", evidence: { sent: now - 9 * DAY_MS, delivered: now - 8 * DAY_MS, opened: now - 7 * DAY_MS } },
      { campaignId: "k.2", evidence: { delivered: now - HOUR_MS, opened: now - 1, clicked: now } },
    ],
  },
  { id: "pending", fields: {}, messages: [{ campaignId: "k1", evidence: {} }] },
  // Its receipts came in before the vendor's answer was seen.
  {
    id: "unsubscribed",
    fields: {},
    messages: [{ campaignId: "k.2", evidence: { delivered: now - DAY_MS + HOUR_MS, unsubscribed: now - 5 } }],
  },
];

const history: RuleTable = {
  name: "messages are counted by what became of them, in a campaign or any, and when",
  customers: reached,
  planned: true,
  rows: bothWays(reached, [
    [messages("messaged"), ["bounced", "opened", "unsubscribed"]],
    [messages("messaged", { campaign: "k1" }), ["bounced", "opened"]],
    [messages("messaged", { campaign: "k.2" }), ["opened", "unsubscribed"]],
    [messages("messaged", { campaign: "k" }), []],
    [messages("messaged", { count: { gte: 2 } }), ["opened"]],
    [messages("messaged", { count: { eq: 0 } }), ["failed", "never", "pending"]],
    [messages("messaged", { count: { between: [0, 1] } }), ["bounced", "failed", "never", "pending", "unsubscribed"]],
    // By the earliest of the evidence: the bounce of two days ago was taken three days ago.
    [messages("messaged", { within: { days: 2 } }), ["opened", "unsubscribed"]],
    [messages("messaged", { campaign: "k1", within: { weeks: 1 } }), ["bounced"]],
    [messages("bounced"), ["bounced"]],
    [messages("failed", { within: { hours: 1 } }), ["failed"]],
    [messages("failed", { within: { minutes: 59 } }), []],
    [messages("delivered", { within: { hours: 2 } }), ["opened"]],
    [messages("opened"), ["opened"]],
    [messages("opened", { campaign: "k1", within: { weeks: 1 } }), []],
    [messages("opened", { campaign: "k1", within: { days: 8 } }), ["opened"]],
    [messages("opened", { within: { minutes: 30 }, count: { eq: 1 } }), ["opened"]],
    [messages("clicked"), ["opened"]],
    // Up to now, not including it.
    [messages("clicked", { within: { days: 1 } }), []],
    [messages("complained"), []],
    [messages("unsubscribed"), ["unsubscribed"]],
    [all(messages("messaged"), not(messages("opened"))), ["bounced", "unsubscribed"]],
    [segment("opened"), ["opened"]],
  ]),
};

const sampled = people(
  Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`s${index}${index % 4 === 0 ? "-é😀" : ""}`, {}])),
);
const within = (percent: number, seed: string | number): readonly string[] =>
  sampled.map(({ id }) => id).filter((id) => samplePlace(sampleHash(id), sampleRef(seed)) < (2 ** 31 - 1) * (percent / 100));

const samples: RuleTable = {
  name: "a sample is the same people for the same seed",
  customers: sampled,
  rows: bothWays(sampled, [
    [sample(0), []],
    [sample(100), sampled.map(({ id }) => id)],
    [sample(100, "x"), sampled.map(({ id }) => id)],
    ...[10, 25, 50, 99.99].flatMap((percent) =>
      ["", "spring", "é", 7].map((seed) => [sample(percent, seed), within(percent, seed)] as const),
    ),
    [all(sample(50, 7), not(sample(50, "7"))), []],
    [all(sample(25, "spring"), not(sample(50, "spring"))), []],
  ]),
};

const zoned = people({
  // 23:30 of the 28th in London, 20:30 in São Paulo: the day before the rule's today, in both.
  "london-28": { lastVisitAt: Date.parse("2026-03-28T23:30:00Z"), attributes: { born: "2026-01-01" } },
  // 00:30 of the 29th in London, 21:30 of the 28th in São Paulo.
  "london-29": { lastVisitAt: Date.parse("2026-03-29T00:30:00Z"), attributes: { born: "2025-12-31" } },
  noon: { lastVisitAt: Date.parse("2026-03-29T10:30:00Z"), attributes: { born: "2026-03-29" } },
  unseen: {},
});

const references: RuleTable = {
  name: "a reference is the other segment's people, by its own time zone",
  customers: [...zoned, { id: "spender", fields: {}, orders: [bought(now - DAY_MS, 100)] }],
  planned: true,
  rows: [
    [field("lastVisitAt").today(), ["london-29", "noon"]],
    [segment("today"), ["noon"]],
    [segment("in São Paulo"), ["london-28", "london-29", "noon"]],
    [segment("in.$London"), ["london-28", "noon"]],
    [segment("big"), ["spender"]],
    [segment("nested"), ["spender"]],
    [not(segment("today")), ["london-28", "london-29", "spender", "unseen"]],
    [any(segment("today"), segment("big")), ["noon", "spender"]],
    [all(segment("in São Paulo"), not(segment("today")), attribute("born").thisYear()), ["london-28"]],
  ],
};

/** Tests of orders, messages, samples and other segments. */
export const TABLES_OF_HISTORY: readonly RuleTable[] = [counts, measures, history, samples, references];

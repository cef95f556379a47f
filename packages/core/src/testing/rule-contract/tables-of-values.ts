import type { AttributeValue } from "../../model/customer.js";
import { all, attribute, consent, field } from "../../query/language/builder.js";
import { bothWays, people, type RuleTable, type TableCustomer } from "./rule-table.js";

const x = attribute("x");
const mixed: readonly TableCustomer[] = Object.entries({
  array: ["abc", "5"],
  date: "2026-03-28",
  digits: "5",
  emptyArray: [],
  emptyText: "",
  false: false,
  five: 5,
  millis: Date.UTC(2026, 2, 28),
  noDate: "2026-02-30",
  one: 1,
  text: "abc",
  true: true,
  truth: "true",
  zero: 0,
} satisfies Record<string, AttributeValue>).map(([id, value]) => ({ id, fields: { attributes: { x: value } } }));
const texts = ["date", "digits", "emptyText", "noDate", "text", "truth"];

const wrongTypes: RuleTable = {
  name: "a value of another type meets no test",
  customers: mixed,
  rows: bothWays(mixed, [
    [x.eq("5"), ["digits"]],
    [x.eq(5), ["five"]],
    [x.ne("5"), texts.filter((id) => id !== "digits")],
    [x.ne(5), ["millis", "one", "zero"]],
    [x.eq(1), ["one"]],
    [x.eq(0), ["zero"]],
    [x.in(["5", "abc"]), ["digits", "text"]],
    [x.in([5]), ["five"]],
    [x.notIn(["abc", "true"]), ["date", "digits", "emptyText", "noDate"]],
    [x.notIn([5]), ["millis", "one", "zero"]],
    [x.contains("5"), ["digits"]],
    [x.startsWith("AB"), ["text"]],
    [x.notContains("zzz"), texts],
    [x.gt(4), ["five", "millis"]],
    [x.lt(1e300), ["five", "millis", "one", "zero"]],
    [x.lte(5), ["five", "one", "zero"]],
    [x.between(0, 10), ["five", "one", "zero"]],
    [x.isTrue(), ["true"]],
    [x.isFalse(), ["false"]],
    [x.on("2026-03-28"), ["date"]],
    [x.after("1970-01-01"), ["date"]],
    [x.before("2999-01-01"), ["date"]],
    [x.inLast({ days: 2 }), ["date"]],
    [x.notInLast({ days: 1 }), ["date"]],
    [x.yesterday(), ["date"]],
    [x.isDay({ ago: { days: 1 } }), ["date"]],
    [x.includesAny(["abc"]), ["array"]],
    [x.includesAll(["abc", "5"]), ["array"]],
    [x.includesNone(["zzz"]), ["array", "emptyArray"]],
    [x.isEmpty(), ["emptyArray"]],
    [x.exists(), mixed.map(({ id }) => id)],
    [x.notExists(), []],
  ]),
};

const numbered: readonly TableCustomer[] = Object.entries({
  big: Number.MAX_SAFE_INTEGER,
  bigLess: Number.MAX_SAFE_INTEGER - 1,
  fraction: 0.1 + 0.2,
  half: 0.5,
  huge: 1e21,
  minusZero: -0,
  negative: -1,
  small: Number.MIN_SAFE_INTEGER,
  third: 0.3,
  tiny: 1e-7,
  zero: 0,
}).map(([id, value]) => ({ id, fields: { attributes: { x: value } } }));

const numbers: RuleTable = {
  name: "numbers are compared exactly, minus zero as zero",
  customers: numbered,
  rows: bothWays(numbered, [
    [x.eq(0), ["minusZero", "zero"]],
    [x.eq(-0), ["minusZero", "zero"]],
    [x.in([-0, 1]), ["minusZero", "zero"]],
    [x.gte(-0), ["big", "bigLess", "fraction", "half", "huge", "minusZero", "third", "tiny", "zero"]],
    [x.lt(0), ["negative", "small"]],
    [x.gt(0), ["big", "bigLess", "fraction", "half", "huge", "third", "tiny"]],
    [x.eq(Number.MAX_SAFE_INTEGER), ["big"]],
    [x.gt(Number.MAX_SAFE_INTEGER - 1), ["big", "huge"]],
    [x.lt(Number.MIN_SAFE_INTEGER + 1), ["small"]],
    [x.eq(0.3), ["third"]],
    [x.gt(0.3), ["big", "bigLess", "fraction", "half", "huge"]],
    [x.between(0.3, 0.5), ["fraction", "half", "third"]],
    [x.eq(1e21), ["huge"]],
    [x.in([1e-7, 0.5]), ["half", "tiny"]],
    [x.between(-0.5, 0.5), ["fraction", "half", "minusZero", "third", "tiny", "zero"]],
  ]),
};

const small: readonly TableCustomer[] = Object.entries({
  least: 5e-324,
  near: 1e-16,
  negative: -1e-300,
  tiny: 1e-300,
  zero: 0,
}).map(([id, value]) => ({ id, fields: { attributes: { x: value } } }));

const numbersNearZero: RuleTable = {
  name: "the smallest numbers are told from zero and from each other",
  customers: small,
  rows: bothWays(small, [
    [x.eq(0), ["zero"]],
    [x.gt(0), ["least", "near", "tiny"]],
    [x.lt(0), ["negative"]],
    [x.eq(1e-300), ["tiny"]],
    [x.lt(1e-300), ["least", "negative", "zero"]],
    [x.lte(1e-16), ["least", "near", "negative", "tiny", "zero"]],
    [x.between(5e-324, 1e-300), ["least", "tiny"]],
    [x.in([1e-300, 1e-16]), ["near", "tiny"]],
  ]),
};

const listed = people({
  both: { tags: ["a", "b"], attributes: { list: ["a", "b"] } },
  comma: { tags: ["a,b"], attributes: { list: ["a,b"] } },
  empty: { tags: [], attributes: { list: [] } },
  missing: {},
  one: { tags: ["a"], attributes: { list: ["a"] } },
  twice: { tags: ["b", "b", ""], attributes: { list: ["b", "b", ""] } },
  upper: { tags: ["A"], attributes: { list: ["A"] } },
});
const list = attribute("list");

const arrays: RuleTable = {
  name: "arrays are compared entry by entry; an empty one is there, and empty",
  customers: listed,
  rows: bothWays(listed, [
    [list.includesAny(["a", "z"]), ["both", "one"]],
    [list.includesAll(["a", "b"]), ["both"]],
    [list.includesAll(["b", "b"]), ["both", "twice"]],
    [list.includesNone(["a"]), ["comma", "empty", "twice", "upper"]],
    [list.includesAny([""]), ["twice"]],
    [list.isEmpty(), ["empty", "missing"]],
    [list.exists(), ["both", "comma", "empty", "one", "twice", "upper"]],
    [list.includesAny(Array.from({ length: 1_000 }, (_, index) => (index === 999 ? "a" : `x${index}`))), ["both", "one"]],
    [field("tags").includesAny(["a", "z"]), ["both", "one"]],
    [field("tags").includesAll(["a", "b"]), ["both"]],
    [field("tags").includesNone(["a"]), ["comma", "empty", "missing", "twice", "upper"]],
    [field("tags").isEmpty(), ["empty", "missing"]],
    [field("tags").exists(), ["both", "comma", "empty", "missing", "one", "twice", "upper"]],
    [field("tags").includesAny([""]), ["twice"]],
  ]),
};

const may = Date.UTC(2025, 4, 1);
const june = Date.UTC(2025, 5, 1);
const spenders: readonly TableCustomer[] = [
  { id: "exactly", fields: {}, orders: [{ type: "purchase", amount: 1_000_000, placedAt: may }] },
  { id: "just-over", fields: {}, orders: [{ type: "purchase", amount: 1_000_001, placedAt: may }] },
  { id: "never", fields: { name: "Nia" } },
  { id: "only-cancelled", fields: {}, orders: [{ type: "purchase", status: "cancelled", amount: 1_000_000, placedAt: may }] },
  { id: "only-refund", fields: {}, orders: [{ type: "refund", amount: 500, placedAt: may }] },
  {
    id: "refunded",
    fields: {},
    orders: [
      { type: "purchase", amount: 1_000_000, placedAt: may },
      { type: "purchase", amount: 50, placedAt: june },
      { type: "refund", amount: 100, placedAt: june + 1 },
    ],
  },
];
const totalSpend = field("totalSpend");

const totals: RuleTable = {
  name: "totals come from the orders: spend is exact and less refunds, counts and dates are of placed purchases",
  customers: spenders,
  rows: bothWays(spenders, [
    [totalSpend.gt(10_000), ["just-over"]],
    [totalSpend.gte(10_000), ["exactly", "just-over"]],
    [totalSpend.eq(10_000.01), ["just-over"]],
    [totalSpend.between(9_999.5, 10_000), ["exactly", "refunded"]],
    [totalSpend.in([-5, 10_000]), ["exactly", "only-refund"]],
    [totalSpend.lt(0), ["only-refund"]],
    [totalSpend.ne(0), ["exactly", "just-over", "only-refund", "refunded"]],
    [totalSpend.eq(0), ["never", "only-cancelled"]],
    [field("orderCount").eq(0), ["never", "only-cancelled", "only-refund"]],
    [field("orderCount").gte(2), ["refunded"]],
    [field("firstOrderAt").notExists(), ["never", "only-cancelled", "only-refund"]],
    [field("firstOrderAt").on("2025-05-01"), ["exactly", "just-over", "refunded"]],
    [field("lastOrderAt").after("2025-05-01"), ["refunded"]],
    [field("lastOrderAt").notInLast({ months: 10 }), ["exactly", "just-over"]],
    [all(totalSpend.gt(1_000), field("lastOrderAt").olderThan({ months: 10 })), ["exactly", "just-over"]],
  ]),
};

const consenting = people({
  none: { consent: { email: { state: "withdrawn" }, sms: { state: "withdrawn" } } },
  silent: {},
  "sms-only": { consent: { email: { state: "withdrawn" } } },
});

const consents: RuleTable = {
  name: "consent is subscribed until it is withdrawn, channel by channel",
  customers: consenting,
  rows: bothWays(consenting, [
    [consent("email").eq("subscribed"), ["silent"]],
    [consent("sms").eq("subscribed"), ["silent", "sms-only"]],
    [consent("sms").ne("subscribed"), ["none"]],
    [consent("email").in(["withdrawn"]), ["none", "sms-only"]],
    [consent("email").startsWith("SUB"), ["silent"]],
    [consent("email").exists(), ["none", "silent", "sms-only"]],
  ]),
};

export const TABLES_OF_VALUES: readonly RuleTable[] = [wrongTypes, numbers, numbersNearZero, arrays, totals, consents];

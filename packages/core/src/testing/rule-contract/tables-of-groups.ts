import type { CustomerFields } from "../../model/customer.js";
import { all, any, attribute, consent, field, not } from "../../query/language/builder.js";
import type { FieldTest, Rule } from "../../query/language/rule.js";
import { bothWays, people, type RuleRow, type RuleTable } from "./rule-table.js";

const FULL: CustomerFields = {
  email: "ana@example.com",
  lastVisitAt: Date.UTC(2026, 2, 29, 10),
  attributes: { text: "abc", number: 5, yes: true, no: false, date: "2026-03-29", array: ["a", "b"] },
};
const fullAndBare = people({ bare: {}, full: FULL });

const anyTests = ({ exists, notExists }: { exists(): FieldTest; notExists(): FieldTest }): readonly RuleRow[] => [
  [exists(), ["full"]],
  [notExists(), ["bare"]],
];

const dateTests = (on: ReturnType<typeof attribute>): readonly RuleRow[] =>
  [
    on.before("2030-01-01"),
    on.after("2020-01-01"),
    on.between("2020-01-01", "2030-01-01"),
    on.on("2026-03-29"),
    on.inLast({ days: 7 }),
    on.notInLast({ minutes: 1 }),
    on.olderThan({ minutes: 1 }),
    not(on.inNext({ days: 1 })),
    on.today(),
    on.thisWeek(),
    on.thisMonth(),
    on.thisYear(),
    on.anniversaryWithin({ days: 0 }),
    ...[on.isDay({ in: { days: 1 } }), on.yesterday(), on.lastWeek(), on.lastMonth(), on.lastYear()].map(
      (rule): Rule => not(rule),
    ),
  ].map((rule) => [rule, "not" in rule ? ["bare", "full"] : ["full"]]);

const text = attribute("text");
const number = attribute("number");
const array = attribute("array");

/** `full` has every value and `bare` none: no operator but notExists and isEmpty meets a missing value. */
const missing: RuleTable = {
  name: "a missing value meets no operator but notExists and isEmpty, and every not",
  customers: fullAndBare,
  rows: bothWays(fullAndBare, [
    ...[field("email"), text, number, attribute("yes"), array, field("lastVisitAt"), attribute("date")].flatMap(anyTests),
    ...[
      field("email").eq("ana@example.com"),
      field("email").ne("x"),
      field("email").in(["ana@example.com", "x"]),
      field("email").notIn(["x", "y"]),
      field("email").contains("ANA"),
      field("email").notContains("zzz"),
      field("email").startsWith("ana"),
      field("email").endsWith(".COM"),
      text.eq("abc"),
      text.ne("x"),
      text.in(["abc"]),
      text.notIn(["x"]),
      text.contains("B"),
      text.notContains("x"),
      text.startsWith("A"),
      text.endsWith("C"),
      number.eq(5),
      number.ne(6),
      number.in([5, 6]),
      number.notIn([6, 7]),
      number.gt(4),
      number.gte(5),
      number.lt(6),
      number.lte(5),
      number.between(5, 5),
      attribute("yes").isTrue(),
      attribute("no").isFalse(),
      array.includesAny(["a", "x"]),
      array.includesAll(["a", "b"]),
      array.includesNone(["x"]),
    ].map((rule): RuleRow => [rule, ["full"]]),
    [array.isEmpty(), ["bare"]],
    [field("tags").isEmpty(), ["bare", "full"]],
    ...dateTests(attribute("date")),
    [field("lastVisitAt").notInLast({ minutes: 1 }), ["full"]],
    [field("lastVisitAt").inLast({ hours: 2 }), ["full"]],
    [field("lastVisitAt").olderThan({ minutes: 1 }), ["full"]],
    [field("lastVisitAt").inNext({ days: 1 }), []],
    [field("firstOrderAt").notInLast({ days: 1 }), []],
    [field("visitCount").eq(0), ["bare", "full"]],
    [consent("email").exists(), ["bare", "full"]],
  ]),
};

const three = people({ a: { name: "a", visitCount: 1 }, b: { name: "b", visitCount: 2 }, c: { visitCount: 3 } });

const groups: RuleTable = {
  name: "empty groups, nested groups, and not",
  customers: three,
  rows: bothWays(three, [
    [all(), ["a", "b", "c"]],
    [any(), []],
    [all(all()), ["a", "b", "c"]],
    [all(any()), []],
    [any(all()), ["a", "b", "c"]],
    [any(any()), []],
    [any(any(), field("name").eq("a")), ["a"]],
    [all(all(), field("name").eq("a")), ["a"]],
    [not(not(field("name").eq("a"))), ["a"]],
    [not(not(not(not(field("name").eq("a"))))), ["a"]],
    [not(any(field("name").eq("a"), field("visitCount").eq(2))), ["c"]],
    [not(all(field("name").exists(), field("visitCount").eq(2))), ["a", "c"]],
    [all(not(field("name").eq("a")), not(field("name").eq("b"))), ["c"]],
    [any(not(field("name").exists()), field("name").eq("b")), ["b", "c"]],
    [all(any(field("name").eq("a"), field("name").eq("b")), any(field("visitCount").gte(2), field("name").notExists())), ["b"]],
    [nested(9, field("name").eq("a")), ["a"]],
    [{ any: Array.from({ length: 198 }, (_, index) => field("visitCount").eq(index + 2)) }, ["b", "c"]],
  ]),
};

const bounded = people({
  low: { visitCount: 9, lastVisitAt: Date.UTC(2026, 0, 1), tags: ["x"], attributes: { score: 9, when: "2026-01-01" } },
  from: { visitCount: 10, lastVisitAt: Date.UTC(2026, 1, 1), tags: ["x", "y"], attributes: { score: 10, when: "2026-02-01" } },
  to: { visitCount: 20, lastVisitAt: Date.UTC(2026, 2, 1), tags: ["y"], attributes: { score: 20, when: "2026-03-01" } },
  high: { visitCount: 21, lastVisitAt: Date.UTC(2026, 3, 1), tags: ["x", "z"], attributes: { score: 21, when: "2026-04-01" } },
});
const inside = (on: ReturnType<typeof attribute>): readonly Rule[] => [
  all(on.gte(10), on.lte(20)),
  all(on.gt(9), on.lt(21)),
  on.between(10, 20),
  all(on.ne(9), on.ne(21)),
  all(on.lte(20), not(on.lt(10))),
];
const during = (on: ReturnType<typeof attribute>): readonly Rule[] => [
  all(on.after("2026-01-31"), on.before("2026-03-02")),
  on.between("2026-02-01", "2026-03-02"),
  all(on.between("2026-01-15", "2026-03-15"), on.between("2026-01-20", "2026-12-31")),
];
const score = attribute("score");
const when = attribute("when");

const twoBounds: RuleTable = {
  name: "two bounds on one field, in all, any and not",
  customers: bounded,
  rows: bothWays(bounded, [
    ...inside(score).map((rule): RuleRow => [rule, ["from", "to"]]),
    ...during(when).map((rule): RuleRow => [rule, ["from", "to"]]),
    [all(field("visitCount").gte(10), field("visitCount").lte(20)), ["from", "to"]],
    [field("visitCount").between(10, 20), ["from", "to"]],
    [field("visitCount").between(10, 10), ["from"]],
    [all(field("lastVisitAt").after("2026-01-31"), field("lastVisitAt").before("2026-03-02")), ["from", "to"]],
    [any(score.lt(10), score.gt(20)), ["high", "low"]],
    [all(score.gt(20), score.lt(10)), []],
    [all(score.gte(10), any(score.lte(10), score.gte(21))), ["from", "high"]],
    [all(field("tags").includesAny(["x"]), field("tags").includesAny(["y"])), ["from"]],
    [all(field("tags").includesAny(["x"]), field("tags").includesNone(["y"])), ["high", "low"]],
    [field("tags").includesAll(["x", "y"]), ["from"]],
  ]),
};

function nested(depth: number, rule: Rule): Rule {
  return depth === 1 ? rule : not(nested(depth - 1, rule));
}

export const TABLES_OF_GROUPS: readonly RuleTable[] = [missing, groups, twoBounds];

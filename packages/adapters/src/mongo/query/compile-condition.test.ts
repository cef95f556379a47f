import type { Condition, FieldRef } from "@crm-engine/core/ports";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileCondition } from "./compile-condition.js";
import { customerTest } from "./customer-test.js";

const plan: FieldRef = { of: "attribute", name: "plan" };
const nameField: FieldRef = { of: "customer", name: "name", type: "text" };
const spend: FieldRef = { of: "customer", name: "totalSpend", type: "number" };

const compileRule = (condition: Condition) => compileCondition(condition, customerTest());

describe("a condition on customers as a filter", () => {
  it("compiles groups, and empty groups to everyone and no one", () => {
    expect(compileRule({ kind: "all", of: [] })).toEqual({});
    expect(compileRule({ kind: "any", of: [] })).toEqual({ _id: { $in: [] } });
    const isVip: Condition = { kind: "textIn", field: nameField, values: ["vip"] };
    expect(compileRule({ kind: "not", of: { kind: "all", of: [isVip, { kind: "any", of: [isVip] }] } })).toEqual({
      $nor: [{ $and: [{ name: { $in: ["vip"] } }, { $or: [{ name: { $in: ["vip"] } }] }] }],
    });
  });

  it("keeps the tests of one attribute within one entry of the array", () => {
    expect(compileRule({ kind: "compare", field: plan, how: "gte", value: 5 })).toEqual({
      attributes: { $elemMatch: { k: { $eq: "plan" }, n: { $gte: 5 } } },
    });
  });

  it("selects no one by a test that no value of the field can meet", () => {
    expect(compileRule({ kind: "textIn", field: spend, values: ["5"] })).toEqual({ _id: { $in: [] } });
    expect(compileRule({ kind: "is", field: nameField, value: true })).toEqual({ _id: { $in: [] } });
    expect(compileRule({ kind: "includes", field: nameField, how: "any", values: ["x"] })).toEqual({ _id: { $in: [] } });
  });

  it("reads folded text, and anchors at the very end of it", () => {
    const like = (how: "contains" | "starts" | "ends") => compileRule({ kind: "textLike", field: nameField, how, folded: "a.b" });
    expect(like("contains")).toEqual({ "folded.name": { $regex: "a\\.b" } });
    expect(like("starts")).toEqual({ "folded.name": { $regex: "^a\\.b" } });
    expect(like("ends")).toEqual({ "folded.name": { $regex: "a\\.b\\z" } });
  });

  it("compares the bare hash, which has an index, where a sample isn't shuffled", () => {
    const below = (factor: number, offset: number): Condition => ({
      kind: "compare",
      field: { of: "sample", factor, offset },
      how: "lt",
      value: 9,
    });
    expect(compileRule(below(1, 0))).toEqual({ sampleHash: { $lt: 9 } });
    const place = { $mod: [{ $add: [{ $multiply: ["$sampleHash", 3] }, 5] }, 2_147_483_647] };
    expect(compileRule(below(3, 5))).toEqual({ $expr: { $lt: [place, { $literal: 9 }] } });
  });

  it("lets no text of a user become an operator, a path or a pattern", () => {
    const text = fc.oneof(fc.string(), fc.constantFrom("$where", "$ne", "a.b", "__proto__", "k", ".*", "(", "\\z", '"', "^$"));
    const field = fc.oneof(
      text.map((name): FieldRef => ({ of: "attribute", name })),
      fc.constant(nameField),
    );
    const condition = fc.oneof(
      fc.record({ kind: fc.constant("textIn" as const), field, values: fc.array(text, { minLength: 1 }) }),
      fc.record({
        kind: fc.constant("textLike" as const),
        field,
        how: fc.constantFrom("contains", "starts", "ends"),
        folded: text,
      }),
      fc.record({
        kind: fc.constant("includes" as const),
        field,
        how: fc.constantFrom("any", "all"),
        values: fc.array(text, { minLength: 1 }),
      }),
    );
    fc.assert(
      fc.property(condition, (given) => {
        const filter = compileRule(given as Condition);
        const keys = keysOf(filter);
        expect([...keys].filter((key) => !KEYS.has(key))).toEqual([]);
        if (given.kind !== "textLike") return;
        const [pattern] = /"\$regex":("(?:[^"\\]|\\.)*")/.exec(JSON.stringify(filter))?.slice(1) ?? [];
        const source = (JSON.parse(pattern ?? '""') as string).replace(given.how === "ends" ? /\\z$/ : /(?!)/, "$$");
        expect(new RegExp(source, "u").test(given.folded)).toBe(true);
      }),
    );
  });
});

/** Every key that a filter may have: paths and operators of ours. */
const KEYS = new Set([
  "_id",
  "name",
  "folded.name",
  "attributes",
  "k",
  "t",
  "f",
  "a",
  "$in",
  "$all",
  "$eq",
  "$elemMatch",
  "$regex",
]);

function keysOf(value: unknown): ReadonlySet<string> {
  if (typeof value !== "object" || value === null) return new Set();
  const nested = Object.values(value).flatMap((entry) => [...keysOf(entry)]);
  return new Set([...(Array.isArray(value) ? [] : Object.keys(value)), ...nested]);
}

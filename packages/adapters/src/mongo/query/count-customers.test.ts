import type { Condition, FieldRef } from "@crm-engine/core/ports";
import fc from "fast-check";
import { type Document, MongoClient } from "mongodb";
import { describe, expect, it } from "vitest";
import { collectionsOf } from "../schema/collections.js";
import { analyseCondition } from "./analyse-condition.js";
import { countCustomers } from "./count-customers.js";
import { someByRows } from "./page-customers.js";
import { selectCustomers } from "./select-customers.js";

const collections = collectionsOf(new MongoClient("mongodb://127.0.0.1:1").db("never_connected"), "crm");

const placedAt: FieldRef = { of: "order", name: "placedAt", type: "date" };
const sku: FieldRef = { of: "item", name: "sku", type: "text" };
const quantity: FieldRef = { of: "item", name: "quantity", type: "number" };
const amount: FieldRef = { of: "order", name: "amount", type: "number" };
const recent: Condition = { kind: "within", field: placedAt, ranges: [{ from: 5, to: 9 }] };
const inWindow = { $match: { $and: [{ placedAt: { $gte: 5, $lt: 9 } }] } };
const isVip: Condition = {
  kind: "includes",
  field: { of: "customer", name: "tags", type: "array" },
  how: "any",
  values: ["vip"],
};
const vipFilter = { tags: { $in: ["vip"] } };

function atLeast(count: number, where: Condition = recent): Condition {
  return { kind: "compare", field: { of: "orders", measure: "count", where }, how: "gte", value: count };
}

function all(...of: readonly Condition[]): Condition {
  return { kind: "all", of };
}

function any(...of: readonly Condition[]): Condition {
  return { kind: "any", of };
}

function not(of: Condition): Condition {
  return { kind: "not", of };
}

const COUNT = { $group: { _id: null, n: { $sum: 1 } } };

/** The stages of a count, without the last, which subtracts tombstones. */
function counting(condition: Condition): readonly Document[] {
  const { stages } = countCustomers(analyseCondition(condition), collections);
  expect(stages.at(-1)?.$unionWith).toMatchObject({ coll: "crm.customers" });
  return stages.slice(0, -1);
}

describe("how customers are counted", () => {
  it("groups the orders of a window, as one would by hand", () => {
    expect(countCustomers(analyseCondition(atLeast(3)), collections).on).toBe("orders");
    expect(counting(atLeast(3))).toEqual([
      inWindow,
      { $group: { _id: "$customerId", measure0: { $sum: 1 } } },
      { $match: { $and: [{ measure0: { $gte: 3 } }] } },
      COUNT,
    ]);
  });

  it("computes no measure where one order is enough", () => {
    expect(counting(atLeast(1))).toEqual([inWindow, { $group: { _id: "$customerId" } }, COUNT]);
  });

  it("subtracts tombstones, whose orders are kept, where no test of the customer excludes them", () => {
    const { stages } = countCustomers(analyseCondition(atLeast(3)), collections);
    const lookedUp = { pipeline: [inWindow, { $group: { _id: null, measure0: { $sum: 1 } } }] };
    expect(stages.at(-1)?.$unionWith.pipeline).toMatchObject([
      { $match: { $and: [{ erased: true }] } },
      { $lookup: lookedUp },
      { $match: { "relation0.measure0": { $gte: 3 } } },
      { $group: { _id: null, n: { $sum: -1 } } },
    ]);
    const { stages: ofVips } = countCustomers(analyseCondition(all(isVip, atLeast(3))), collections);
    expect(JSON.stringify(ofVips)).not.toContain("erased");
  });

  it("joins customers after the orders, and only where a test reads them", () => {
    expect(countCustomers(analyseCondition(all(isVip, atLeast(1))), collections).stages).toEqual([
      inWindow,
      { $group: { _id: "$customerId" } },
      { $lookup: { from: "crm.customers", localField: "_id", foreignField: "_id", as: "customer" } },
      { $unwind: "$customer" },
      { $match: { "customer.tags": { $in: ["vip"] } } },
      COUNT,
    ]);
  });

  it("counts customers without orders as the complement of those with orders", () => {
    const never: Condition = { kind: "numberIn", field: { of: "orders", measure: "count", where: recent }, values: [0] };
    for (const condition of [never, not(atLeast(1))]) {
      const { on, stages } = countCustomers(analyseCondition(condition), collections);
      expect(on).toBe("customers");
      expect(stages[2]).toEqual({
        $unionWith: {
          coll: "crm.orders",
          pipeline: [inWindow, { $group: { _id: "$customerId" } }, { $group: { _id: null, n: { $sum: -1 } } }],
        },
      });
    }
  });

  it("adds those who match by their orders only to those who match without", () => {
    const { on, stages } = countCustomers(analyseCondition(any(isVip, atLeast(1))), collections);
    expect(on).toBe("customers");
    expect(stages[0]).toEqual({ $match: { $and: [{ $or: [vipFilter] }] } });
    expect(JSON.stringify(stages[2])).toContain('{"$nor":[{"$or":[{"customer.tags":{"$in":["vip"]}}]}]}');
  });

  it("is driven by the most selective relation, or by the union of those of which any one suffices", () => {
    const ever = atLeast(2, all());
    const bySku = atLeast(2, all(recent, { kind: "textIn", field: sku, values: ["A"] }));
    expect(countCustomers(analyseCondition(all(ever, atLeast(2), bySku)), collections).stages[0]).toEqual({
      $match: { $and: [{ placedAt: { $gte: 5, $lt: 9 } }, { "items.sku": { $in: ["A"] } }] },
    });
    expect(counting(any(ever, atLeast(2))).map((stage) => Object.keys(stage)[0])).toEqual([
      "$match",
      "$group",
      "$project",
      "$unionWith",
      "$group",
      "$match",
      "$group",
    ]);
  });

  it("tests the rows of a campaign themselves, since no customer has two of them", () => {
    const met = (event: "delivered" | "opened"): Condition => ({
      kind: "compare",
      field: { of: "messages", event, campaignId: "k" },
      how: "gte",
      value: 1,
    });
    expect(counting(all(met("delivered"), not(met("opened"))))).toEqual([
      { $match: { _id: { $gt: "k:", $lt: "k;" } } },
      {
        $match: {
          $and: [
            { $and: [{ "evidence.delivered": { $exists: true } }] },
            { $nor: [{ $and: [{ "evidence.opened": { $exists: true } }] }] },
          ],
        },
      },
      COUNT,
    ]);
    const { stages } = countCustomers(analyseCondition(all(isVip, met("opened"))), collections, 5);
    expect(stages.slice(2, 4)).toMatchObject([{ $project: { _id: "$customerId" } }, { $lookup: { from: "crm.customers" } }]);
  });

  it("gives some of the customers counted, where the pass comes upon them anyway", () => {
    const shown = (condition: Condition) =>
      countCustomers(analyseCondition(condition), collections, 5).stages.map((stage) => stage.$group?.examples);
    const byId = { $firstN: { input: "$_id", n: 5 } };
    expect(shown(isVip).at(-1)).toEqual(byId);
    expect(shown(all(isVip, atLeast(3))).at(-1)).toEqual(byId);
    const opened: FieldRef = { of: "messages", event: "opened", campaignId: "k" };
    expect(shown({ kind: "compare", field: opened, how: "gte", value: 1 })).toContainEqual({
      $firstN: { input: "$customerId", n: 5 },
    });
    const { stages } = countCustomers(analyseCondition(any(isVip, atLeast(1))), collections, 5);
    expect([stages[1]?.$group.examples, stages[2]?.$unionWith.pipeline.at(-1).$group.examples]).toEqual([byId, byId]);
    expect(JSON.stringify(countCustomers(analyseCondition(not(atLeast(1))), collections, 5))).not.toContain("firstN");
  });

  it("finds examples by an index of rows, where every customer with such a row matches", () => {
    const bought = atLeast(1, { kind: "textIn", field: sku, values: ["A"] });
    const { on, stages } = someByRows(analyseCondition(bought), collections, 5) ?? {};
    expect(on).toBe("orders");
    expect(stages?.slice(1, 3)).toEqual([{ $limit: 20 }, { $group: { _id: "$customerId" } }]);
    expect(
      someByRows(analyseCondition(atLeast(3, { kind: "textIn", field: sku, values: ["A"] })), collections, 5),
    ).toBeUndefined();
    expect(someByRows(analyseCondition(all(isVip, bought)), collections, 5)).toBeUndefined();
    expect(someByRows(analyseCondition(atLeast(1)), collections, 5)).toBeUndefined();
  });

  it("looks up the orders of few customers", () => {
    const slice: Condition = { kind: "compare", field: { of: "sample", factor: 1, offset: 0 }, how: "lt", value: 99 };
    expect(countCustomers(analyseCondition(all(slice, atLeast(3))), collections)).toEqual({
      on: "customers",
      stages: [
        { $match: { $and: [{ sampleHash: { $lt: 99 } }] } },
        {
          $lookup: {
            from: "crm.orders",
            localField: "_id",
            foreignField: "customerId",
            pipeline: [inWindow, { $group: { _id: null, measure0: { $sum: 1 } } }],
            as: "relation0",
          },
        },
        { $match: { "relation0.measure0": { $gte: 3 } } },
        COUNT,
      ],
    });
  });
});

describe("how the orders that count are chosen", () => {
  const isA: Condition = { kind: "textIn", field: sku, values: ["A"] };
  const two: Condition = { kind: "compare", field: quantity, how: "gte", value: 2 };
  const isLarge: Condition = { kind: "compare", field: amount, how: "gt", value: 9 };
  const rows = (where: Condition) => counting(atLeast(1, where)).slice(0, -2);

  it("looks for one item that makes the whole of it true", () => {
    expect(rows(all(isLarge, isA, two))).toEqual([
      {
        $match: {
          $and: [
            { amount: { $gt: 9 } },
            { items: { $elemMatch: { $and: [{ sku: { $in: ["A"] } }, { quantity: { $gte: 2 } }] } } },
          ],
        },
      },
    ]);
  });

  it("selects an order without items where no item is needed", () => {
    expect(rows(not(isA))).toEqual([
      {
        $match: {
          $and: [{ $or: [{ items: { $elemMatch: { $and: [{ $nor: [{ sku: { $in: ["A"] } }] }] } } }, { items: { $size: 0 } }] }],
        },
      },
    ]);
  });

  it("unwinds items only where one part reads both, and counts the order once", () => {
    expect(rows(all(recent, any(isA, isLarge)))).toEqual([
      inWindow,
      { $unwind: { path: "$items", preserveNullAndEmptyArrays: true } },
      { $match: { $and: [{ $or: [{ "items.sku": { $in: ["A"] } }, { amount: { $gt: 9 } }] }] } },
      {
        $group: {
          _id: "$_id",
          customerId: { $first: "$customerId" },
          amount: { $first: "$amount" },
          placedAt: { $first: "$placedAt" },
        },
      },
    ]);
  });
});

describe("what a user wrote", () => {
  const MARK = "\u2620";
  const hostile = fc
    .constantFrom("$where", "$$ROOT", "$customerId", "a.$b", "__proto__", '{"$gt":""}', "")
    .map((text) => MARK + text);
  const text = fc.oneof(
    hostile,
    hostile.map((given) => given.slice(1) + MARK),
  );
  const textTest = (field: fc.Arbitrary<FieldRef>): fc.Arbitrary<Condition> =>
    fc.oneof(
      fc.record({ kind: fc.constant("textIn" as const), field, values: fc.array(text, { minLength: 1, maxLength: 2 }) }),
      fc.record({
        kind: fc.constant("textLike" as const),
        field,
        how: fc.constantFrom("contains" as const, "starts" as const, "ends" as const),
        folded: text,
      }),
    );
  const where = fc
    .array(textTest(fc.constantFrom(sku, { of: "order", name: "channel", type: "text" } as const)), { maxLength: 3 })
    .map((of): Condition => all(...of, any(...of)));
  const measure: fc.Arbitrary<FieldRef> = fc.oneof(
    fc.record({ of: fc.constant("orders" as const), measure: fc.constantFrom("count" as const, "last" as const), where }),
    fc.record({ of: fc.constant("messages" as const), event: fc.constant("opened" as const), campaignId: text }),
  );
  const attribute = text.map((name): FieldRef => ({ of: "attribute", name }));
  const test: fc.Arbitrary<Condition> = fc.oneof(
    textTest(attribute),
    fc.record({
      kind: fc.constant("compare" as const),
      field: measure,
      how: fc.constant("gte" as const),
      value: fc.constantFrom(0, 2),
    }),
  );
  const condition = fc
    .array(
      fc.oneof(
        test,
        test.map(not),
        fc.array(test).map((of) => any(...of)),
      ),
      { maxLength: 4 },
    )
    .map((of) => all(...of));

  it("is only ever a value that a filter compares with: no key, and nothing that an expression evaluates", () => {
    let seen = 0;
    fc.assert(
      fc.property(condition, (given) => {
        const { filter, stages } = selectCustomers(analyseCondition(given), collections);
        for (const found of [
          ...marked([{ $match: filter }, ...stages]),
          ...marked(countCustomers(analyseCondition(given), collections).stages),
        ]) {
          seen += 1;
          expect(found.inKey).toBe(false);
          expect(found.path).toContain("$match");
          expect(found.path).not.toContain("$expr");
          expect(["$in", "$eq", "$regex", "$gt", "$lt"]).toContain(found.path.at(-1));
        }
      }),
    );
    expect(seen).toBeGreaterThan(200);
  });

  interface Marked {
    readonly path: readonly string[];
    readonly inKey: boolean;
  }

  function marked(value: unknown, path: readonly string[] = []): readonly Marked[] {
    if (typeof value === "string") return value.includes(MARK) ? [{ path, inKey: false }] : [];
    if (Array.isArray(value)) return value.flatMap((entry) => marked(entry, path));
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value as Document).flatMap(([key, entry]) => [
      ...(key.includes(MARK) ? [{ path, inKey: true }] : []),
      ...marked(entry, [...path, key]),
    ]);
  }
});

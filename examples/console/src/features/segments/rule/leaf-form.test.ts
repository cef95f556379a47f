import { createEngine, type FieldCatalogue, type Rule } from "@crm-engine/core";
import { memoryQueue, memoryStore } from "@crm-engine/core/memory";
import { generateRules } from "@crm-engine/core/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { isUnfinished, kindOf, productsOf, segmentsIn, whereProducts } from "./leaf-form.js";
import { isGroupNode, nodeOf, type QueryNode } from "./rule-query.js";

const leavesOf = (node: QueryNode): readonly unknown[] => (isGroupNode(node) ? node.rules.flatMap(leavesOf) : [node.value]);

let catalogue: FieldCatalogue;
beforeAll(async () => {
  const engine = createEngine({ store: memoryStore(), queue: memoryQueue() });
  catalogue = engine.segments.fields();
  await engine.close();
});

describe("the form of a condition", () => {
  it("is there for every condition of the language, and for those on orders", () => {
    const leaves = generateRules(5, 3_000).flatMap((rule) => leavesOf(nodeOf(rule)));
    const odd = leaves.filter((leaf) => kindOf(leaf, "customer", catalogue) === "json");
    expect(odd.slice(0, 3)).toEqual([]);
    const wheres = leaves.flatMap((leaf) => {
      const { where } = ((leaf as Record<string, unknown>).orders ?? {}) as { where?: Rule };
      return where === undefined ? [] : leavesOf(nodeOf(where));
    });
    expect(wheres.length).toBeGreaterThan(100);
    expect(wheres.filter((leaf) => kindOf(leaf, "order", catalogue) === "json").slice(0, 3)).toEqual([]);
  });

  it("takes no valid rule for one that is not finished", () => {
    expect(generateRules(6, 2_000).filter(isUnfinished).slice(0, 3)).toEqual([]);
  });

  it.each([
    { field: "totalSpend", op: "gt", value: 5, note: "x" },
    { field: "totalSpend", op: "contains", value: "5" },
    { field: "nobody", op: "eq", value: "a" },
    { field: "name", op: "eq", value: 5 },
    { field: "lastOrderAt", op: "inLast", value: { days: 1, hours: 1 } },
    { orders: { count: { gte: 1 }, sum: { gt: 5 } } },
    { orders: { count: { gte: 1, lt: 5 } } },
    { messages: { event: "opened", where: {} } },
    { segment: 5 },
    { sample: { percent: 10, of: "x" } },
    "text",
  ])("is its JSON where a form would lose some of it: %j", (leaf) => {
    expect(kindOf(leaf, "customer", catalogue)).toBe("json");
  });

  it.each([
    null,
    {},
    { all: [{}] },
    { field: "name", op: "contains", value: "" },
    { field: "name", op: "in", value: [] },
    { orders: { count: { gte: null } } },
    { orders: { count: { in: [] } } },
    { orders: { count: { gte: 1 }, where: { any: [{}] } } },
    { segment: "" },
  ])("waits for what is still to be given: %j", (leaf) => {
    expect(isUnfinished(leaf)).toBe(true);
  });

  it("reads a product off where as it writes it, and leaves what it would write otherwise", () => {
    for (const skus of [["a"], ["a", "b"], []]) expect(productsOf(whereProducts(skus))).toEqual(skus);
    expect(productsOf({ field: "sku", op: "in", value: ["a"] })).toBeUndefined();
    expect(productsOf({ field: "sku", op: "ne", value: "a" })).toBeUndefined();
    expect(productsOf({ all: [{ field: "sku", op: "eq", value: "a" }] })).toBeUndefined();
  });

  it("finds the segments that a rule refers to", () => {
    expect(
      segmentsIn({ all: [{ segment: "a" }, { not: { any: [{ not: { segment: "b" } }, { field: "id", op: "exists" }] } }] }),
    ).toEqual(["a", "b"]);
  });
});

import { expect, it } from "vitest";
import { type FieldRef, SAMPLE_PLACES, type Test } from "./condition.js";
import { type Narrowing, narrowing } from "./selectivity.js";

const email: FieldRef = { of: "customer", name: "email", type: "text" };
const sku: FieldRef = { of: "item", name: "sku", type: "text" };
const placedAt: FieldRef = { of: "order", name: "placedAt", type: "date" };
const ranges = [{ from: 1, to: 2 }];
const below = (value: number, factor = 1, offset = 0): Test => ({
  kind: "compare",
  field: { of: "sample", factor, offset },
  how: "lt",
  value,
});

it.each<readonly [string, Test, Narrowing | undefined]>([
  [
    "an e-mail address",
    { kind: "textIn", field: email, values: ["a@b"] },
    { by: "values", of: "customer", name: "email", values: 1 },
  ],
  ["products", { kind: "textIn", field: sku, values: ["A", "B"] }, { by: "values", of: "item", name: "sku", values: 2 }],
  ["a time of orders", { kind: "within", field: placedAt, ranges }, { by: "time", ranges }],
  ["a slice by hash", below(SAMPLE_PLACES / 4), { by: "slice", share: 1 / 4 }],
  ["a shuffled sample", below(SAMPLE_PLACES / 4, 3, 5), undefined],
  ["part of an e-mail address", { kind: "textLike", field: email, how: "contains", folded: "a" }, undefined],
  ["a time of customers", { kind: "within", field: { of: "customer", name: "createdAt", type: "date" }, ranges }, undefined],
  ["a name", { kind: "textIn", field: { of: "customer", name: "name", type: "text" }, values: ["Ana"] }, undefined],
  ["a type of orders", { kind: "textIn", field: { of: "order", name: "type", type: "text" }, values: ["refund"] }, undefined],
])("an index narrows rows down by %s as far as it goes", (_, test, expected) => {
  expect(narrowing(test)).toEqual(expected);
});

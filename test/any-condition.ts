import type { Condition, CustomerFields, FieldRef, OrderItem, StoredOrder } from "@crm-engine/core/ports";
import { RECEIPT_STATUSES } from "@crm-engine/core/schemas";
import fc from "fast-check";

export const CAMPAIGNS = ["k1", "k2"];

const SKUS = ["A", "a.b", "$sku", "É", "B\n"];
const anyItem: fc.Arbitrary<OrderItem> = fc
  .record(
    {
      sku: fc.constantFrom(...SKUS),
      name: fc.constantFrom("Red lamp", "red LAMP ", "Blue", "ΑΣ"),
      category: fc.constantFrom("x", "Y"),
      quantity: fc.integer({ min: 1, max: 4 }),
      price: fc.constantFrom(0, 0.1, 2.55, 3),
    },
    { requiredKeys: ["sku", "quantity", "price"], noNullPrototype: true },
  )
  .map((given) => given as OrderItem);
const anyOrder: fc.Arbitrary<Omit<StoredOrder, "id" | "customerId">> = fc
  .record(
    {
      type: fc.constantFrom("purchase", "purchase", "refund"),
      status: fc.constantFrom("placed", "placed", "cancelled"),
      amount: fc.constantFrom(0, 1, 5, 100, 2_147_483_647, 9_000_000_000),
      currency: fc.constant("EUR"),
      placedAt: fc.integer({ min: 0, max: 100 }),
      items: fc.array(anyItem, { maxLength: 3 }),
      channel: fc.constantFrom("web", "Shop"),
    },
    { requiredKeys: ["type", "status", "amount", "currency", "placedAt", "items"], noNullPrototype: true },
  )
  .map((given) => given as Omit<StoredOrder, "id" | "customerId">);
/** What is loaded of a customer; orders and facts lie between 0 and 100 in time. */
export const anyPerson = fc.record({
  fields: fc
    .record(
      { name: fc.constantFrom("Ana", "Bo"), tags: fc.subarray(["x", "y"]), visitCount: fc.integer({ min: 0, max: 3 }) },
      { requiredKeys: [], noNullPrototype: true },
    )
    .map((fields) => fields as CustomerFields),
  orders: fc.array(anyOrder, { maxLength: 6 }),
  facts: fc.array(
    fc.record({
      campaignId: fc.constantFrom(...CAMPAIGNS),
      status: fc.constantFrom(...RECEIPT_STATUSES),
      at: fc.integer({ min: 0, max: 100 }),
    }),
    { maxLength: 4 },
  ),
});

type Values = "text" | "number" | "date";

const bound = fc.integer({ min: -1, max: 101 });
const range = fc
  .record({ from: bound, to: bound }, { requiredKeys: [], noNullPrototype: true })
  .map((given) => given as { from?: number; to?: number });
const wideRange = fc.integer({ min: 0, max: 60 }).map((from) => ({ from, to: from + 40 }));

/** Mostly tests that the field's values can meet, and sometimes any other. */
function testOf(field: fc.Arbitrary<FieldRef>, values: Values, text: fc.Arbitrary<string>, number: fc.Arbitrary<number>) {
  const textTests = [
    fc.record({ kind: fc.constant("textIn"), field, values: fc.array(text, { minLength: 1, maxLength: 2 }) }),
    fc.record({
      kind: fc.constant("textLike"),
      field,
      how: fc.constantFrom("contains", "starts", "ends"),
      folded: fc.constantFrom("a", "red", "é", "$", ".", "σ", "b\n", "p"),
    }),
  ];
  const numberTests = [
    fc.record({ kind: fc.constant("compare"), field, how: fc.constantFrom("lt", "lte", "gt", "gte"), value: number }),
    fc.record({ kind: fc.constant("numberIn"), field, values: fc.array(number, { minLength: 1, maxLength: 2 }) }),
  ];
  const dateTests = [
    fc.record({
      kind: fc.constant("within"),
      field,
      ranges: fc.array(fc.oneof(range, wideRange), { minLength: 1, maxLength: 2 }),
    }),
  ];
  const anyTests = [
    fc.record({ kind: fc.constant("typed"), field, type: fc.constantFrom("text", "number", "date", "array", "boolean") }),
    fc.record({ kind: fc.constant("present"), field }),
    fc.record({ kind: fc.constant("is"), field, value: fc.boolean() }),
  ];
  const fitting = { text: textTests, number: numberTests, date: dateTests }[values];
  return fc
    .oneof({ weight: 8, arbitrary: fc.oneof(...fitting) }, fc.oneof(...textTests, ...numberTests, ...dateTests, ...anyTests))
    .map((given) => given as Condition);
}

function all(of: readonly Condition[]): Condition {
  return { kind: "all", of };
}

function groupsOf(test: fc.Arbitrary<Condition>, depth: number): fc.Arbitrary<Condition> {
  if (depth === 0) return test;
  const part = groupsOf(test, depth - 1);
  const of = fc.oneof({ weight: 9, arbitrary: fc.array(part, { minLength: 2, maxLength: 3 }) }, fc.constant([]));
  return fc.oneof(
    test,
    part.map((one): Condition => ({ kind: "not", of: one })),
    of.map(all),
    of.map((parts): Condition => ({ kind: "any", of: parts })),
  );
}

const whereText = fc.constantFrom("purchase", "refund", "placed", "cancelled", "web", "Shop", "EUR", "x", "Red lamp", ...SKUS);
const orderTest = fc.oneof(
  ...(["type", "status", "channel", "currency"] as const).map((name) =>
    testOf(fc.constant({ of: "order", name, type: "text" }), "text", whereText, fc.constant(1)),
  ),
  testOf(fc.constant({ of: "order", name: "amount", type: "number" }), "number", whereText, fc.constantFrom(0, 1, 5, 100)),
  testOf(fc.constant({ of: "order", name: "placedAt", type: "date" }), "date", whereText, fc.constantFrom(20, 50, 80)),
);
const itemTest = fc.oneof(
  ...(["sku", "name", "category"] as const).map((name) =>
    testOf(fc.constant({ of: "item", name, type: "text" }), "text", whereText, fc.constant(1)),
  ),
  ...(["quantity", "price"] as const).map((name) =>
    testOf(fc.constant({ of: "item", name, type: "number" }), "number", whereText, fc.constantFrom(0, 0.1, 1, 2, 2.55, 3)),
  ),
);
const where = fc.oneof(
  fc.constant(all([])),
  groupsOf(orderTest, 1),
  groupsOf(itemTest, 1),
  groupsOf(fc.oneof(orderTest, itemTest), 2),
  fc.tuple(groupsOf(orderTest, 1), groupsOf(itemTest, 1)).map(all),
);

const MEASURES = [
  ["count", "number", [0, 0, 1, 1, 2, 2, 3]],
  ["count", "number", [0, 1, 2]],
  ["count", "number", [-1, 0, 0.5, 1]],
  ["sum", "number", [0, 1, 100, 2_147_483_648]],
  ["excess", "number", [0]],
  ["min", "number", [0, 1, 5, 100]],
  ["max", "number", [5, 100, 2_147_483_647]],
  ["first", "date", [20, 50]],
  ["last", "date", [50, 80]],
] as const;
const ordersTest = fc.oneof(
  ...MEASURES.map(([measure, values, numbers]) => {
    const field = fc
      .record({
        of: fc.constant("orders" as const),
        measure: fc.constant(measure),
        where,
        base: fc.constantFrom(5, 90, 2_147_483_648),
      })
      .map(({ base, ...ref }): FieldRef => (measure === "excess" ? { ...ref, base } : ref));
    return testOf(field, values, whereText, fc.constantFrom(...numbers));
  }),
);

const messagesField = fc
  .record(
    {
      of: fc.constant("messages"),
      event: fc.oneof(fc.constant("messaged"), fc.constantFrom(...RECEIPT_STATUSES.filter((status) => status !== "sent"))),
      campaignId: fc.constantFrom(...CAMPAIGNS),
      window: fc.oneof(range, wideRange),
    },
    { requiredKeys: ["of", "event"], noNullPrototype: true },
  )
  .map((given) => given as FieldRef);
const messagesTest = testOf(messagesField, "number", whereText, fc.constantFrom(0, 0.5, 1, 1, 2));

const sampleField: fc.Arbitrary<FieldRef> = fc.record({
  of: fc.constant("sample" as const),
  factor: fc.constantFrom(1, 77_777, 4_194_301),
  offset: fc.constantFrom(0, 0, 12_345),
});
const plainTest = fc.oneof(
  testOf(sampleField, "number", whereText, fc.constantFrom(500_000_000, 1_000_000_000, 1_500_000_000)),
  testOf(fc.constant({ of: "customer", name: "id", type: "text" }), "text", fc.constantFrom("c001", "c050"), fc.constant(1)),
  testOf(fc.constant({ of: "customer", name: "name", type: "text" }), "text", fc.constantFrom("Ana", "Bo"), fc.constant(1)),
  testOf(fc.constant({ of: "customer", name: "visitCount", type: "number" }), "number", whereText, fc.constantFrom(1, 2)),
);

/** Conditions over customers, their orders and messages, of the shapes that rules come down to and of any other. */
export const anyCondition: fc.Arbitrary<Condition> = fc.oneof(
  ordersTest,
  messagesTest,
  groupsOf(fc.oneof(ordersTest, messagesTest), 1),
  groupsOf(fc.oneof(ordersTest, plainTest), 1),
  groupsOf(fc.oneof(ordersTest, messagesTest, plainTest), 2),
);

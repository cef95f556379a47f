import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import {
  type Condition,
  type CustomerFields,
  type FieldRef,
  holds,
  type StoredCustomer,
  type Subject,
} from "@crm-engine/core/ports";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { anyCondition, anyPerson, CAMPAIGNS } from "../../../../../test/any-condition.js";
import { countingReads, LARGE_CONDITIONS } from "../../../../../test/large-conditions.js";
import { communications } from "../communications/communications.js";
import { addRecipients, findRecipients } from "../communications/plan-range.js";
import { recordFacts } from "../communications/record-facts.js";
import { countCustomers } from "../customers/count-customers.js";
import { customers as customerRows } from "../customers/customers.js";
import { type Connection, openConnection } from "../database/connection.js";
import { orders as orderRows } from "../orders/orders.js";
import { ensure } from "../schema/layout.js";
import { type Scope, scopeOf } from "../schema/scope.js";
import { newFile } from "../scratch.fixture.js";
import { compileCondition } from "./compile-condition.js";
import { CHECK_INTERRUPT, type CompileOptions } from "./compile-target.js";
import { anyRanges, anyTimeText } from "./time-ranges.fixture.js";

const PEOPLE = 60;
const EVERYONE: Condition = { kind: "all", of: [] };

const born: FieldRef = { of: "attribute", name: "born" };
const plan: FieldRef = { of: "attribute", name: "plan" };
const anyAttributes = fc
  .record({ born: anyTimeText, plan: fc.constantFrom("free", "pro", 7) }, { requiredKeys: [], noNullPrototype: true })
  .map((given) => given as CustomerFields["attributes"]);
const attributeTest: fc.Arbitrary<Condition> = fc.oneof(
  anyRanges.map((ranges): Condition => ({ kind: "within", field: born, ranges })),
  fc.constantFrom("free", "pro").map((value): Condition => ({ kind: "textIn", field: plan, values: [value] })),
  fc.constantFrom(born, plan).map((field): Condition => ({ kind: "present", field })),
);
/** Groups of tests on several tables, whose customers are counted from these tables alone. */
const { group: anyGroup } = fc.letrec<{ readonly group: Condition }>((tie) => ({
  group: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(attributeTest, attributeTest, anyCondition),
    tie("group").map((of): Condition => ({ kind: "not", of })),
    fc
      .tuple(fc.constantFrom("all", "any"), fc.array(tie("group"), { minLength: 2, maxLength: 3 }))
      .map(([kind, of]): Condition => ({ kind, of })),
  ),
}));

let file = "";
let db: Connection;
let scope: Scope;
let subjects: readonly Subject[] = [];

beforeAll(async () => {
  file = await newFile();
  db = await openConnection(file, "off");
  db.define(CHECK_INTERRUPT, () => 1);
  scope = scopeOf(db, "crm");
  ensure(scope);
  subjects = load();
});
afterAll(async () => {
  db.close();
  await rm(dirname(file), { recursive: true });
});

it.each([
  ["fields, orders and messages", anyCondition, 2_000],
  ["several tables", anyGroup, 600],
] as const)(
  "of %s: selects the customers for whom holds is true, by sets or correlated subqueries, counted as a set or one by one",
  (_, conditions, runs) => {
    let divided = 0;
    const property = fc.property(conditions, (condition) => {
      const expected = subjects.filter((subject) => holds(condition, subject)).map(({ id }) => id);
      if (expected.length > 0 && expected.length < PEOPLE) divided += 1;
      expect(countCustomers(scope, condition)).toBe(expected.length);
      for (const span of [undefined, { oldest: 0, newest: 100 }, { oldest: 0, newest: 1_000 }]) {
        expect(select(condition, { tables: scope.tables, subqueries: "set", interruptible: true, span })).toEqual(expected);
      }
      expect(select(condition, { tables: scope.tables, subqueries: "correlated" })).toEqual(expected);
    });
    fc.assert(property, { numRuns: runs, seed: 3 });
    expect(divided).toBeGreaterThan(runs / 3);
  },
);

const HOSTILE = [
  "'; DROP TABLE crm_customers; --",
  '" OR 1=1 --',
  "x' OR c.num > 0 OR 'x'='",
  "?1",
  ":a @b $c",
  ") UNION SELECT id FROM crm_customers --",
  "%_[a-z]*",
];

it("puts nothing of a rule into the statement, wherever a rule has text, and finds it as text", () => {
  customerRows.chunked.apply(scope, [
    { id: "hostile", stamp: 1, fields: { name: HOSTILE[0] ?? "", attributes: { [HOSTILE[1] ?? ""]: HOSTILE[2] ?? "" } } },
  ]);
  const [sku = "", name = "", channel = ""] = HOSTILE.slice(3);
  orderRows.chunked.apply(scope, [
    {
      id: HOSTILE[0] ?? "",
      customerId: "hostile",
      type: "purchase",
      status: "placed",
      amount: 1,
      currency: "EUR",
      placedAt: 50,
      channel,
      items: [{ sku, name, quantity: 1, price: 1 }],
      stamp: 1,
    },
  ]);
  const orders = (where: Condition): Condition => ({
    kind: "compare",
    field: { of: "orders", measure: "count", where },
    how: "gte",
    value: 1,
  });
  const text = (field: FieldRef, value: string): readonly Condition[] => [
    { kind: "textIn", field, values: [value] },
    { kind: "textLike", field, how: "contains", folded: value.toLowerCase() },
  ];
  const found: readonly Condition[] = [
    ...text({ of: "customer", name: "name", type: "text" }, HOSTILE[0] ?? ""),
    ...text({ of: "attribute", name: HOSTILE[1] ?? "" }, HOSTILE[2] ?? ""),
    ...text({ of: "order", name: "id", type: "text" }, HOSTILE[0] ?? "").map(orders),
    ...text({ of: "order", name: "channel", type: "text" }, channel).map(orders),
    ...text({ of: "item", name: "sku", type: "text" }, sku).map(orders),
    ...text({ of: "item", name: "name", type: "text" }, name).map(orders),
  ];
  const unknown: readonly Condition[] = HOSTILE.flatMap((value) => [
    { kind: "compare", field: { of: "messages", event: "clicked", campaignId: value }, how: "gte", value: 1 },
    { kind: "includes", field: { of: "customer", name: "tags", type: "array" }, how: "any", values: [value] },
    { kind: "includes", field: { of: "attribute", name: value }, how: "all", values: [value] },
  ]);
  for (const subqueries of ["set", "correlated"] as const) {
    const options: CompileOptions = { tables: scope.tables, subqueries };
    for (const condition of found) expect(select(condition, options), JSON.stringify(condition)).toEqual(["hostile"]);
    for (const condition of unknown) expect(select(condition, options), JSON.stringify(condition)).toEqual([]);
    for (const condition of [...found, ...unknown]) {
      const { sql, values } = compileCondition(condition, options);
      for (const value of HOSTILE.filter((known) => known.length > 2)) expect(sql).not.toContain(value);
      expect(sql.split("?")).toHaveLength(values.length + 1);
    }
  }
  expect(select(EVERYONE, { tables: scope.tables, subqueries: "correlated" })).toHaveLength(PEOPLE + 1);
});

it.each(Object.entries(LARGE_CONDITIONS))(
  "compiles in time that grows with the rule, and not with its square: %s",
  (_, conditionOf) => {
    const span = { oldest: 0, newest: Date.UTC(2026, 0, 1) };
    const compile = (tests: number) => {
      const { condition, reads } = countingReads(conditionOf(tests));
      const started = performance.now();
      const length = (["set", "correlated"] as const)
        .map((subqueries) => compileCondition(condition, { tables: scope.tables, subqueries, interruptible: true, span }))
        .reduce((sum, { sql, values, set }) => sum + sql.length + values.length + (set?.select.length ?? 0), 0);
      return { reads: reads(), length, seconds: (performance.now() - started) / 1_000 };
    };
    const [few, many] = [compile(16), compile(64)];
    expect(many.reads / few.reads).toBeLessThan(5);
    expect(many.length / few.length).toBeLessThan(5);
    expect(many.seconds).toBeLessThan(5);
  },
);

function select(condition: Condition, options: CompileOptions): readonly string[] {
  const { sql, values } = compileCondition(condition, options);
  return db.all(`SELECT c.id FROM ${scope.tables.customers} c WHERE ${sql} ORDER BY c.id`, ...values).map(({ id }) => String(id));
}

function load(): readonly Subject[] {
  const attributes = fc.sample(anyAttributes, { numRuns: PEOPLE, seed: 12 });
  const people = fc.sample(anyPerson, { numRuns: PEOPLE, seed: 11 }).map(({ fields, ...person }, index) => ({
    ...person,
    id: `c${String(index).padStart(3, "0")}`,
    fields: { ...fields, attributes: attributes[index] ?? {} },
  }));
  customerRows.chunked.apply(
    scope,
    people.map(({ id, fields }) => ({ id, stamp: 1, fields })),
  );
  // Each order had other items before.
  for (const stamp of [1, 2]) {
    orderRows.chunked.apply(
      scope,
      people.flatMap(({ id, orders }) =>
        orders.map((order, index) => ({
          ...order,
          ...(stamp === 1 ? { items: [{ sku: "A", name: "Red lamp", quantity: 9, price: 9 }] } : {}),
          id: `${id}/${index}`,
          customerId: id,
          stamp,
        })),
      ),
    );
  }
  for (const campaignId of CAMPAIGNS)
    addRecipients(scope, { campaignId, channel: "email", plannedAt: 1 }, findRecipients(scope, { condition: EVERYONE }));
  recordFacts(
    scope,
    people.flatMap(({ id, facts }) =>
      facts.map(({ campaignId, ...fact }) => ({ ...fact, logId: `${campaignId}:${id}`, generation: 1 })),
    ),
  );
  const customers: readonly StoredCustomer[] = customerRows.reads.getMany(
    scope,
    people.map(({ id }) => id),
  );
  return [...customers]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((customer) => ({
      ...customer,
      orders: orderRows.reads.list(scope, { customerId: customer.id }, { limit: 100 }).items,
      messages: communications.reads.list(scope, { customerId: customer.id }, { limit: 100 }).items,
    }));
}

import assert from "node:assert/strict";
import type { CustomerChange, StoredCustomer } from "../model/customer.js";
import type { OrderChange } from "../model/order.js";
import type { Store } from "../ports.js";
import type { Condition } from "../query/condition.js";
import { holds } from "../query/holds.js";
import { lowerRule } from "../query/lower-rule.js";
import type { Rule } from "../query/rule.js";
import { generateCustomers } from "./generate-customers.js";
import { generateRules } from "./generate-rules.js";
import type { RuleTable, TableCustomer, TableOrder } from "./rule-table.js";
import { TABLES_OF_DATES } from "./rule-tables-of-dates.js";
import { TABLES_OF_GROUPS } from "./rule-tables-of-groups.js";
import { TABLES_OF_TEXT } from "./rule-tables-of-text.js";
import { TABLES_OF_VALUES } from "./rule-tables-of-values.js";
import { type StoreCase, storeCase } from "./store-contract/store-harness.js";
import { GENERATED_CONTEXT } from "./value-pools.js";

export interface GeneratedSize {
  readonly seed: number;
  readonly customers: number;
  readonly rules: number;
}

const FIRST_STAMP = 1_700_000_000_000_000;
const EVERYONE: Condition = { kind: "all", of: [] };

/** Rules of one theme with who they select, as a case. */
function tableCase(table: RuleTable): StoreCase {
  return storeCase(`rules: ${table.name}`, async (store) => {
    await load(store, table.customers);
    for (const [rule, ids] of table.rows) await assertSelects(store, rule, [...ids].sort());
  });
}

/** Generated rules on generated customers: `find` = `count` = `filter(holds)`, on what the store itself gives back. */
export function generatedRulesCase({ seed, customers, rules }: GeneratedSize): StoreCase {
  const name = `rules: ${rules} generated rules (seed ${seed}) select the same of ${customers} generated customers as holds`;
  return storeCase(name, async (store) => {
    const generated = generateCustomers(seed, customers);
    await load(store, generated.map(tableCustomerOf));
    const stored = [...(await store.customers.getMany(generated.map(({ id }) => id)))].sort((a, b) => (a.id < b.id ? -1 : 1));
    assert.equal(stored.length, customers, "every customer loaded is there");
    for (const rule of generateRules(seed, rules)) {
      const condition = lowerRule(rule, GENERATED_CONTEXT);
      const selected = stored.filter((customer) => holds(condition, customer));
      await assertSelects(
        store,
        rule,
        selected.map(({ id }) => id),
      );
    }
  });
}

const paging = storeCase("rules: find pages through everyone once, by id, whatever the size of the page", async (store) => {
  const customers = generateCustomers(5, 50);
  await load(store, customers.map(tableCustomerOf));
  const ids = customers.map(({ id }) => id).sort();
  for (const limit of [1, 7, 49, 50, 51]) assert.deepEqual(await findIds(store, EVERYONE, limit), ids, `pages of ${limit}`);
  const some: Condition = {
    kind: "compare",
    field: { of: "customer", name: "visitCount", type: "number" },
    how: "gte",
    value: 2,
  };
  const expected = customers.filter(({ visitCount }) => visitCount >= 2).map(({ id }) => id);
  for (const limit of [1, 3, 100]) assert.deepEqual(await findIds(store, some, limit), expected, `pages of ${limit} of a part`);
  const last = await store.customers.find(EVERYONE, { limit: 50 });
  assert.equal(last.nextCursor, null, "a page that holds the last has no cursor");
});

const changing = storeCase(
  "rules: what is cleared is missing, and what is changed is found by its new value only",
  async (store) => {
    await store.customers.apply([
      change("a", 0, {
        name: "Ana",
        lastVisitAt: GENERATED_CONTEXT.now - 1,
        tags: ["x"],
        attributes: { plan: "pro", born: "2000-03-29" },
      }),
      change("a", 1, { name: null, lastVisitAt: null, tags: null, attributes: { plan: null, born: null } }),
      change("b", 0, { name: "Bo", tags: ["x"], attributes: { plan: "pro", when: "2026-03-29" } }),
      change("b", 1, { name: "Ced", tags: ["y"], attributes: { plan: 7, when: ["2026-03-29"] } }),
    ]);
    const select = (rule: Rule, ids: readonly string[]) => assertSelects(store, rule, ids);
    for (const field of ["name", "lastVisitAt", "attributes.plan", "attributes.born"]) {
      await select(
        {
          all: [
            { field: "id", op: "eq", value: "a" },
            { field, op: "notExists" },
          ],
        },
        ["a"],
      );
    }
    await select({ field: "attributes.born", op: "anniversaryWithin", value: { days: 0 } }, []);
    await select({ field: "tags", op: "isEmpty" }, ["a"]);
    await select({ field: "tags", op: "includesAny", value: ["x"] }, []);
    await select({ field: "tags", op: "includesAny", value: ["y"] }, ["b"]);
    await select({ field: "name", op: "contains", value: "b" }, []);
    await select({ field: "name", op: "startsWith", value: "c" }, ["b"]);
    await select({ field: "attributes.plan", op: "contains", value: "pro" }, []);
    await select({ field: "attributes.plan", op: "in", value: ["pro"] }, []);
    await select({ field: "attributes.plan", op: "gte", value: 7 }, ["b"]);
    await select({ field: "attributes.when", op: "today" }, []);
    await select({ field: "attributes.when", op: "includesAll", value: ["2026-03-29"] }, ["b"]);
  },
);

/** What every store must do with rules: select exactly whom core's `holds` selects. */
export const ruleContract: readonly StoreCase[] = [
  ...[...TABLES_OF_GROUPS, ...TABLES_OF_TEXT, ...TABLES_OF_VALUES, ...TABLES_OF_DATES].map(tableCase),
  paging,
  changing,
  generatedRulesCase({ seed: 1, customers: 60, rules: 80 }),
  generatedRulesCase({ seed: 2, customers: 60, rules: 80 }),
  generatedRulesCase({ seed: 3, customers: 60, rules: 80 }),
];

async function assertSelects(store: Store, rule: Rule, ids: readonly string[]): Promise<void> {
  const condition = lowerRule(rule, GENERATED_CONTEXT);
  const told = JSON.stringify(rule);
  assert.deepEqual(await findIds(store, condition, 1_000), ids, `find: ${told}`);
  assert.equal(await store.customers.count(condition), ids.length, `count: ${told}`);
}

async function findIds(store: Store, condition: Condition, limit: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.customers.find(condition, { limit, ...(cursor === undefined ? {} : { cursor }) });
    assert.ok(page.items.length <= limit, `a page has at most ${limit}`);
    assert.ok(page.items.length > 0 || page.nextCursor === null, "a page before the last is not empty");
    for (const { id } of page.items) {
      const before = ids.at(-1);
      assert.ok(before === undefined || before < id, "ids ascend from page to page");
      ids.push(id);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

async function load(store: Store, customers: readonly TableCustomer[]): Promise<void> {
  await store.customers.apply(customers.map(({ id, fields }) => change(id, 0, fields)));
  const orders = customers.flatMap((customer) =>
    (customer.orders ?? []).map((order, index) => orderOf(customer.id, order, index)),
  );
  for (const outcome of await store.orders.apply(orders)) assert.equal(outcome, "stored");
}

function change(id: string, step: number, fields: CustomerChange["fields"]): CustomerChange {
  return { id, stamp: FIRST_STAMP + step, fields };
}

function orderOf(customerId: string, order: TableOrder, index: number): OrderChange {
  return {
    ...order,
    id: `${customerId}/${index}`,
    customerId,
    currency: GENERATED_CONTEXT.currency,
    items: [],
    stamp: FIRST_STAMP,
  };
}

/** The upsert and the orders that give a generated customer; only the times of creation and change are the store's own. */
function tableCustomerOf(customer: StoredCustomer): TableCustomer {
  const { id, email, phone, name, timeZone, tags, attributes, visitCount, lastVisitAt, consent } = customer;
  const {
    email: { state: emailState },
    sms: { state: smsState },
  } = consent;
  const known = Object.entries({ email, phone, name, timeZone, lastVisitAt }).filter(([, value]) => value !== undefined);
  const fields = { tags, attributes, visitCount, consent: { email: { state: emailState }, sms: { state: smsState } } };
  return { id, fields: { ...fields, ...Object.fromEntries(known) }, orders: ordersOf(customer) };
}

/** The first purchase pays for everything; a debt is a refund. */
function ordersOf({ orderCount, totalSpend, firstOrderAt = 0, lastOrderAt = 0 }: StoredCustomer): readonly TableOrder[] {
  const purchases = Array.from({ length: orderCount }, (_, index) => ({
    type: "purchase" as const,
    amount: index === 0 ? Math.max(0, totalSpend) : 0,
    placedAt: index === orderCount - 1 ? lastOrderAt : firstOrderAt,
  }));
  return totalSpend < 0 ? [...purchases, { type: "refund", amount: -totalSpend, placedAt: firstOrderAt }] : purchases;
}

import assert from "node:assert/strict";
import { type DeliveryFact, logId } from "../model/communication-log.js";
import type { CustomerChange } from "../model/customer.js";
import type { OrderChange } from "../model/order.js";
import { RECEIPT_STATUSES } from "../model/receipt.js";
import type { Store } from "../ports.js";
import type { Condition } from "../query/condition.js";
import { holds } from "../query/holds.js";
import { lowerRule } from "../query/lower-rule.js";
import type { Rule } from "../query/rule.js";
import type { Subject } from "../query/subject.js";
import { readAll } from "./expect.js";
import { type GeneratedCustomer, generateCustomers } from "./generate-customers.js";
import { orderId } from "./generate-history.js";
import { generateRules } from "./generate-rules.js";
import type { RuleTable, TableCustomer, TableOrder } from "./rule-table.js";
import { TABLES_OF_DATES } from "./rule-tables-of-dates.js";
import { TABLES_OF_GROUPS } from "./rule-tables-of-groups.js";
import { TABLES_OF_HISTORY } from "./rule-tables-of-history.js";
import { TABLES_OF_TEXT } from "./rule-tables-of-text.js";
import { TABLES_OF_VALUES } from "./rule-tables-of-values.js";
import { type StoreCase, storeCase } from "./store-contract/store-harness.js";
import { GENERATED_CONTEXT } from "./value-pools.js";

export interface GeneratedSize {
  readonly seed: number;
  readonly customers: number;
  readonly rules: number;
}

/** Of so many generated rules one is planned too: it leaves rows behind, of messages that were not sent. */
const PLANNED_EVERY = 8;
const FIRST_STAMP = 1_700_000_000_000_000;
const EVERYONE: Condition = { kind: "all", of: [] };

/** Rules of one theme with who they select, as a case. */
function tableCase(table: RuleTable): StoreCase {
  return storeCase(`rules: ${table.name}`, async (store) => {
    await load(store, table.customers);
    for (const [index, [rule, ids]] of table.rows.entries()) {
      await assertSelects(store, rule, [...ids].sort());
      if (table.planned) await assertPlans(store, rule, [...ids].sort(), `plan${index}`);
    }
  });
}

/** Generated rules on generated customers: `find` = `count` = plan = `filter(holds)`, on what the store itself gives back. */
export function generatedRulesCase({ seed, customers, rules }: GeneratedSize): StoreCase {
  const name = `rules: ${rules} generated rules (seed ${seed}) select the same of ${customers} generated customers as holds`;
  return storeCase(name, async (store) => {
    const generated = generateCustomers(seed, customers);
    await load(store, generated.map(tableCustomerOf));
    const stored = await storedSubjects(
      store,
      generated.map(({ id }) => id),
    );
    assert.equal(stored.length, customers, "every customer loaded is there");
    assert.deepEqual(historyOf(stored), historyOf(generated), "with all of its history");
    for (const [index, rule] of generateRules(seed, rules).entries()) {
      const condition = lowerRule(rule, GENERATED_CONTEXT);
      const selected = stored.filter((customer) => holds(condition, customer)).map(({ id }) => id);
      await assertSelects(store, rule, selected);
      if (index % PLANNED_EVERY === 0) await assertPlans(store, rule, selected, `plan${index}`);
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
  ...[...TABLES_OF_GROUPS, ...TABLES_OF_TEXT, ...TABLES_OF_VALUES, ...TABLES_OF_DATES, ...TABLES_OF_HISTORY].map(tableCase),
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

async function assertPlans(store: Store, rule: Rule, ids: readonly string[], campaignId: string): Promise<void> {
  const condition = lowerRule(rule, GENERATED_CONTEXT);
  const told = JSON.stringify(rule);
  const added = await store.communications.plan({ campaignId, channel: "email", condition, plannedAt: GENERATED_CONTEXT.now });
  const rows = await readAll(1_000, (page) => store.communications.list({ campaignId }, page));
  assert.deepEqual([added, rows.map(({ customerId }) => customerId)], [ids.length, ids], `plan: ${told}`);
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
  await loadMessages(store, customers);
}

/** Plans each campaign to those who have a message of it, and records what became of them. */
async function loadMessages(store: Store, customers: readonly TableCustomer[]): Promise<void> {
  const sent = customers.flatMap(({ id, messages = [] }) => messages.map((message) => ({ customerId: id, ...message })));
  for (const campaignId of new Set(sent.map((message) => message.campaignId))) {
    const values = sent.filter((message) => message.campaignId === campaignId).map(({ customerId }) => customerId);
    const condition: Condition = { kind: "textIn", field: { of: "customer", name: "id", type: "text" }, values };
    await store.communications.plan({ campaignId, channel: "email", condition, plannedAt: GENERATED_CONTEXT.now });
  }
  await store.communications.record(
    sent.flatMap(({ campaignId, customerId, evidence }) =>
      RECEIPT_STATUSES.flatMap((status): readonly DeliveryFact[] => {
        const at = evidence[status];
        return at === undefined ? [] : [{ logId: logId(campaignId, customerId), generation: 1, status, at }];
      }),
    ),
  );
}

/** A history that can be compared, without what a store adds to it. */
function historyOf(subjects: readonly Subject[]): unknown {
  return subjects.map(({ id, orders = [], messages = [] }) => ({
    id,
    orders: [...orders].sort((a, b) => (a.id < b.id ? -1 : 1)),
    messages: messages
      .map(({ campaignId, evidence }) => ({ campaignId, evidence }))
      .sort((a, b) => (a.campaignId < b.campaignId ? -1 : 1)),
  }));
}

function change(id: string, step: number, fields: CustomerChange["fields"]): CustomerChange {
  return { id, stamp: FIRST_STAMP + step, fields };
}

function orderOf(customerId: string, order: TableOrder, index: number): OrderChange {
  const id = order.id ?? orderId(customerId, index);
  return { items: [], ...order, id, customerId, currency: GENERATED_CONTEXT.currency, stamp: FIRST_STAMP };
}

/** The upsert, the orders and the log rows that give a generated customer; only the times of creation and change are the store's own. */
function tableCustomerOf(customer: GeneratedCustomer): TableCustomer {
  const { id, email, phone, name, timeZone, tags, attributes, visitCount, lastVisitAt, consent, orders, messages } = customer;
  const {
    email: { state: emailState },
    sms: { state: smsState },
  } = consent;
  const known = Object.entries({ email, phone, name, timeZone, lastVisitAt }).filter(([, value]) => value !== undefined);
  const fields = { tags, attributes, visitCount, consent: { email: { state: emailState }, sms: { state: smsState } } };
  return { id, fields: { ...fields, ...Object.fromEntries(known) }, orders, messages };
}

/** Customers as the store gives them back, with their orders and log rows. */
async function storedSubjects(store: Store, ids: readonly string[]): Promise<readonly Subject[]> {
  const customers = [...(await store.customers.getMany(ids))].sort((a, b) => (a.id < b.id ? -1 : 1));
  const subjects: Subject[] = [];
  for (const customer of customers) {
    const orders = await readAll(100, (page) => store.orders.list({ customerId: customer.id }, page));
    const messages = await readAll(100, (page) => store.communications.list({ customerId: customer.id }, page));
    subjects.push({ ...customer, orders, messages });
  }
  return subjects;
}

import assert from "node:assert/strict";
import type { Store } from "../ports/index.js";
import type { Condition } from "../query/condition/condition.js";
import type { Rule } from "../query/language/rule.js";
import { compareRules, differencesFrom, findIds, type HowToCompare, selectedOf } from "./rule-contract/compare-rules.js";
import { generateCustomers } from "./rule-contract/generate-customers.js";
import { generateRules } from "./rule-contract/generate-rules.js";
import { changeOf, loadCustomers, stampAt } from "./rule-contract/load-customers.js";
import { asTableCustomer, loadPopulation } from "./rule-contract/load-population.js";
import type { RuleTable } from "./rule-contract/rule-table.js";
import { TABLES_OF_DATES } from "./rule-contract/tables-of-dates.js";
import { TABLES_OF_GROUPS } from "./rule-contract/tables-of-groups.js";
import { TABLES_OF_HISTORY } from "./rule-contract/tables-of-history.js";
import { TABLES_OF_TEXT } from "./rule-contract/tables-of-text.js";
import { TABLES_OF_VALUES } from "./rule-contract/tables-of-values.js";
import { GENERATED_CONTEXT } from "./rule-contract/value-pools.js";
import { type StoreCase, storeCase } from "./store-contract/store-harness.js";

export interface GeneratedSize {
  readonly seed: number;
  readonly customers: number;
  readonly rules: number;
}

/** Of so many generated rules one is planned too. */
const PLANNED_EVERY = 8;
const EVERYONE: Condition = { kind: "all", of: [] };
/** Together 3,000 rules; each case takes a second or two on a server. */
const SEEDS = Array.from({ length: 24 }, (_, index) => index + 1);
const RULES_OF_A_SEED = 125;

/** Rules of one theme with who they select, as a case. */
function tableCase(table: RuleTable): StoreCase {
  return storeCase(`rules: ${table.name}`, async (store) => {
    await loadCustomers(store, table.customers);
    for (const [index, [rule, ids]] of table.rows.entries()) {
      await assertSelects(store, rule, [...ids].sort(), table.planned ? { campaignId: `plan${index}` } : {});
    }
  });
}

/** Generated rules on generated customers: `find` = `count` = plan = `filter(holds)`, on what the store itself gives back. */
export function generatedRulesCase({ seed, customers, rules }: GeneratedSize): StoreCase {
  const name = `rules: ${rules} generated rules select the same of ${customers} generated customers as holds (seed ${seed})`;
  return storeCase(name, async (store) => {
    const { subjects } = await loadPopulation(store, seed, customers);
    const compare = (rule: Rule, index: number): Promise<readonly string[]> =>
      differencesFrom(selectedOf(rule, subjects), store, rule, index % PLANNED_EVERY === 0 ? { campaignId: `plan${index}` } : {});
    const [difference] = await compareRules(generateRules(seed, rules), compare, 1);
    assert.equal(difference, undefined);
  });
}

const paging = storeCase("rules: find pages through everyone once, by id, whatever the size of the page", async (store) => {
  const customers = generateCustomers(5, 50);
  await loadCustomers(store, customers.map(asTableCustomer));
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
      changeOf("a", 0, {
        name: "Ana",
        lastVisitAt: GENERATED_CONTEXT.now - 1,
        tags: ["x"],
        attributes: { plan: "pro", born: "2000-03-29" },
      }),
      changeOf("a", 1, { name: null, lastVisitAt: null, tags: null, attributes: { plan: null, born: null } }),
      changeOf("b", 0, { name: "Bo", tags: ["x"], attributes: { plan: "pro", when: "2026-03-29" } }),
      changeOf("b", 1, { name: "Ced", tags: ["y"], attributes: { plan: 7, when: ["2026-03-29"] } }),
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

const erasing = storeCase("rules: an erased customer is in nobody's segment, whatever stayed of its history", async (store) => {
  const sent = { campaignId: "k1", evidence: { sent: 1, opened: 1 } };
  const orders = [{ type: "purchase", amount: 100, placedAt: 1 }] as const;
  await loadCustomers(
    store,
    ["a", "b", "c"].map((id) => ({ id, fields: { name: "Ana" }, orders, messages: [sent] })),
  );
  await store.customers.erase("b", stampAt(1));
  const bought: Rule = { orders: { count: { gte: 1 } } };
  const opened: Rule = { messages: { event: "opened" } };
  const sampled: Rule = { sample: { percent: 100, seed: "a" } };
  const held: readonly Rule[] = [{ all: [] }, { field: "id", op: "in", value: ["a", "b", "c"] }, bought, opened, sampled];
  const inside: readonly Rule[] = [...held, { all: held }, { any: held }, { all: [bought, sampled] }, { not: { any: [] } }];
  for (const [index, rule] of inside.entries()) {
    await assertSelects(store, rule, ["a", "c"], { campaignId: `plan${index}` });
    await assertSelects(store, { not: rule }, []);
  }
});

/** What every store must do with rules: select exactly whom core's `holds` selects. */
export const ruleContract: readonly StoreCase[] = [
  ...[...TABLES_OF_GROUPS, ...TABLES_OF_TEXT, ...TABLES_OF_VALUES, ...TABLES_OF_DATES, ...TABLES_OF_HISTORY].map(tableCase),
  paging,
  changing,
  erasing,
  ...SEEDS.map((seed) => generatedRulesCase({ seed, customers: 60, rules: RULES_OF_A_SEED })),
];

async function assertSelects(store: Store, rule: Rule, ids: readonly string[], how?: HowToCompare): Promise<void> {
  assert.deepEqual(await differencesFrom(ids, store, rule, how), [], JSON.stringify(rule));
}

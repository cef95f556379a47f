import { deepEqual, equal } from "node:assert/strict";
import type { StoredCustomer } from "../../../model/customer.js";
import type { CustomerProfile, ProfileBounds, ProfileMeasure } from "../../../model/figures/customer-profile.js";
import type { Condition } from "../../../query/condition/condition.js";
import { holds } from "../../../query/condition/holds.js";
import { lowerRule } from "../../../query/lower-rule.js";
import { generateRules } from "../../rule-contract/generate-rules.js";
import { loadPopulation } from "../../rule-contract/load-population.js";
import { GENERATED_CONTEXT, INSTANTS } from "../../rule-contract/value-pools.js";
import { addCustomers, EVERYONE, ids, order, START, stamp } from "../given.js";
import { type CasesOf, storeCase } from "../store-harness.js";

/** Times at which generated orders were placed. */
const TIMES = [...INSTANTS].sort((a, b) => a - b).filter((_, place) => place % 10 === 5);
const BOUNDS: ProfileBounds = {
  totalSpend: [0, 1, 1_000, 100_000],
  orderCount: [1, 2, 3],
  lastOrderAt: TIMES,
  firstOrderAt: TIMES.slice(0, 4),
};
const NO_BOUNDS: ProfileBounds = { totalSpend: [], orderCount: [], lastOrderAt: [], firstOrderAt: [] };
const NOBODY: Condition = { kind: "any", of: [] };

type Totals = Pick<StoredCustomer, ProfileMeasure>;

/** Customer by customer, bound by bound. */
function byHand(customers: readonly Totals[], bounds: ProfileBounds): CustomerProfile {
  const bucketsOf = (measure: ProfileMeasure): readonly number[] => {
    const ends = [...bounds[measure], Number.POSITIVE_INFINITY];
    return ends.map((end, index) => {
      const start = ends[index - 1] ?? Number.NEGATIVE_INFINITY;
      return customers.filter(({ [measure]: value }) => value !== undefined && start <= value && value < end).length;
    });
  };
  return {
    count: customers.length,
    totalSpend: customers.reduce((sum, { totalSpend }) => sum + BigInt(totalSpend), 0n),
    buckets: {
      totalSpend: bucketsOf("totalSpend"),
      orderCount: bucketsOf("orderCount"),
      lastOrderAt: bucketsOf("lastOrderAt"),
      firstOrderAt: bucketsOf("firstOrderAt"),
    },
  };
}

export const profileCases: CasesOf<"customers">["profile"] = [
  storeCase("whomever a rule selects, they are distributed as one by one by hand", async (store) => {
    const { subjects } = await loadPopulation(store, 18, 120);
    for (const rule of [{ all: [] }, { any: [] }, ...generateRules(18, 60)]) {
      const condition = lowerRule(rule, GENERATED_CONTEXT);
      const selected = subjects.filter((subject) => holds(condition, subject));
      deepEqual(await store.customers.profile(condition, BOUNDS), byHand(selected, BOUNDS), JSON.stringify(rule));
    }
  }),
  storeCase("a value on a bound is above it, and who never purchased is in no bucket of times", async (store) => {
    await addCustomers(store, ids("c", 5));
    await store.orders.apply([
      order("o1", "c000", { amount: 999 }),
      order("o2", "c001", { amount: 1_000, placedAt: START + 1 }),
      order("o3", "c002", { amount: 5, type: "refund" }),
      order("o4", "c003", { amount: 7, placedAt: START - 1 }),
      order("o5", "c003", { amount: 8, placedAt: START + 2 }),
    ]);
    const bounds = { totalSpend: [0, 1_000], orderCount: [1, 2], lastOrderAt: [START, START + 2], firstOrderAt: [START + 1] };
    deepEqual(await store.customers.profile(EVERYONE, bounds), {
      count: 5,
      totalSpend: 2_009n,
      buckets: { totalSpend: [1, 3, 1], orderCount: [2, 2, 1], lastOrderAt: [0, 2, 1], firstOrderAt: [2, 1] },
    });
    deepEqual(await store.customers.profile(EVERYONE, NO_BOUNDS), {
      count: 5,
      totalSpend: 2_009n,
      buckets: { totalSpend: [5], orderCount: [5], lastOrderAt: [3], firstOrderAt: [3] },
    });
    deepEqual(await store.customers.profile(NOBODY, NO_BOUNDS), {
      count: 0,
      totalSpend: 0n,
      buckets: { totalSpend: [0], orderCount: [0], lastOrderAt: [0], firstOrderAt: [0] },
    });
  }),
  storeCase("spend adds up exactly beyond what a number holds, below zero too", async (store) => {
    const amounts = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1, 2 ** 20 - 1, Number.MAX_SAFE_INTEGER, 3];
    const sum = (some: readonly number[]) => some.reduce((total, amount) => total + BigInt(amount), 0n);
    const purchases = amounts.map((amount, index) => order(`p${index}`, `p${index}`, { amount }));
    await store.orders.apply(purchases);
    equal((await store.customers.profile(EVERYONE, NO_BOUNDS)).totalSpend, sum(amounts));
    await store.orders.apply(amounts.map((amount, index) => order(`r${index}`, `r${index}`, { amount, type: "refund" })));
    equal((await store.customers.profile(EVERYONE, NO_BOUNDS)).totalSpend, 0n);
    for (const { customerId } of purchases) await store.customers.erase(customerId, stamp(5));
    equal((await store.customers.profile(EVERYONE, NO_BOUNDS)).totalSpend, -sum(amounts));
  }),
  storeCase("a profile for which nobody waits any more rejects with the reason given", async (store) => {
    await addCustomers(store, ids("c", 300));
    const reason = new Error("nobody waits any more");
    const calledOff = (signal: AbortSignal): Promise<unknown> =>
      store.customers.profile(EVERYONE, BOUNDS, { signal }).then(
        () => "answered",
        (error: unknown) => error,
      );
    equal(await calledOff(AbortSignal.abort(reason)), reason);
    equal((await store.customers.profile(EVERYONE, BOUNDS)).count, 300);
  }),
];

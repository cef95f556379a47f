import { AssertionError } from "node:assert/strict";
import { describe, expect, it } from "vitest";
import { memoryStore } from "../memory/memory-store.js";
import type { StoredCustomer } from "../model/customer.js";
import { readTimeText } from "../model/instant.js";
import type { StoredOrder } from "../model/order.js";
import type { Store } from "../ports/index.js";
import type { Page } from "../ports/page.js";
import type { Condition, FieldRef, MessagesRef, OrdersRef } from "../query/condition/condition.js";
import { orderMeets, readField } from "../query/condition/field-value.js";
import { holds } from "../query/condition/holds.js";
import type { Subject } from "../query/condition/subject.js";
import { ruleContract } from "./rule-contract.js";
import type { StoreHarness } from "./store-contract/store-harness.js";

describe("the rule contract on the memory store", () => {
  for (const { name, run } of ruleContract) {
    it(name, () => run(harnessOf(memoryStore())));
  }
});

/** A compiler's mistake at one node: its wrong answer, or undefined where it gets it right. */
type Mistake = (condition: Condition, customer: Subject, evaluate: (part: Condition) => boolean) => boolean | undefined;

const VISITS: FieldRef = { of: "customer", name: "visitCount", type: "number" };

interface Sabotage {
  readonly mistake: (store: Store) => Store;
  /** Parts of the names of cases that must notice. */
  readonly noticed: readonly string[];
}

const SABOTAGES: Readonly<Record<string, Sabotage>> = {
  "not is not met by a missing value": compiler(
    ["a missing value", "nested groups", "other segment's people", "(seed 1)"],
    (condition, customer, evaluate) =>
      condition.kind === "not" ? !evaluate(condition.of) && !isMissing(condition.of, customer) : undefined,
  ),
  "a negated operator meets a missing value": compiler(["a missing value", "another type", "(seed 2)"], (condition) =>
    condition.kind === "typed" ? true : undefined,
  ),
  "a negated operator meets a value of any type": compiler(["another type", "(seed 3)"], (condition, _, evaluate) =>
    condition.kind === "typed" ? evaluate({ kind: "present", field: condition.field }) : undefined,
  ),
  "an empty all is no one": compiler(["empty groups", "by id, whatever"], (condition) =>
    condition.kind === "all" && condition.of.length === 0 ? false : undefined,
  ),
  "an empty any is everyone": compiler(["empty groups"], (condition) =>
    condition.kind === "any" && condition.of.length === 0 ? true : undefined,
  ),
  "a second test on a field replaces the first": compiler(["two bounds"], (condition, _, evaluate) => {
    if (condition.kind !== "all") return undefined;
    return [...new Map(condition.of.map((part) => ["field" in part ? JSON.stringify(part.field) : part, part])).values()].every(
      evaluate,
    );
  }),
  "groups deeper than 6 are cut": compiler(["nested groups"], (condition) => (depthOf(condition) > 6 ? true : undefined)),
  "contains minds case": compiler(["text is folded"], (condition, customer) =>
    condition.kind === "textLike" ? like(condition, textOf(condition.field, customer)?.normalize("NFC")) : undefined,
  ),
  "ASCII only is folded": compiler(["text is folded"], (condition, customer) =>
    condition.kind === "textLike"
      ? like(
          condition,
          textOf(condition.field, customer)
            ?.normalize("NFC")
            .replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
        )
      : undefined,
  ),
  "text is not normalized": compiler(["normalized to NFC"], (condition, customer) =>
    condition.kind === "textLike" ? like(condition, textOf(condition.field, customer)?.toLowerCase()) : undefined,
  ),
  "eq ignores case": compiler(["text is folded"], (condition, customer) =>
    condition.kind === "textIn"
      ? condition.values.some((value) => value.toLowerCase() === textOf(condition.field, customer)?.toLowerCase())
      : undefined,
  ),
  "eq normalizes": compiler(["normalized to NFC"], (condition, customer) =>
    condition.kind === "textIn"
      ? condition.values.some((value) => value.normalize() === textOf(condition.field, customer)?.normalize())
      : undefined,
  ),
  "% and _ are wildcards": compiler(["only texts"], (condition, customer) => {
    if (condition.kind !== "textLike" || condition.how !== "contains") return undefined;
    const pattern = condition.folded
      .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replaceAll("%", ".*")
      .replaceAll("_", ".");
    return new RegExp(pattern, "s").test(textOf(condition.field, customer)?.normalize().toLowerCase() ?? "");
  }),
  "a text that begins with $ is a variable": compiler(["only texts"], (condition) =>
    condition.kind === "textIn" && condition.values.some((value) => value.startsWith("$")) ? false : undefined,
  ),
  "a backslash escapes what follows": compiler(["only texts"], (condition, _, evaluate) =>
    condition.kind === "textLike" && condition.folded.includes("\\")
      ? evaluate({ ...condition, folded: condition.folded.replace(/\\(.)/gs, "$1") })
      : undefined,
  ),
  "a number near zero is zero": compiler(["the smallest numbers"], (condition, customer) => {
    const value = "field" in condition ? readField(condition.field, customer) : undefined;
    const isNearZero = typeof value === "number" && Math.abs(value) < Number.EPSILON;
    const name = attributeOf(condition);
    return isNearZero && name !== undefined
      ? holds(condition, { ...customer, attributes: { ...customer.attributes, [name]: 0 } })
      : undefined;
  }),
  "a dotted name is a path": attributes(["only names"], (name) => name.split(".")[0] ?? ""),
  "a name that begins with $ is not found": attributes(["only names"], (name) => (name.startsWith("$") ? "\0" : name)),
  "a quote ends a name": attributes(["only names"], (name) => name.split(/['"]/)[0] ?? ""),
  "names ignore case": compiler(["only names"], (condition, customer, evaluate) => {
    const names = attributeOf(condition) === undefined ? [] : Object.keys(customer.attributes);
    const same = names.filter((name) => name.toLowerCase() === attributeOf(condition)?.toLowerCase());
    return same.length > 1 && "field" in condition
      ? same.some((name) => holds({ ...condition, field: { of: "attribute", name } }, customer)) || evaluate(condition)
      : same.length === 1 && "field" in condition && same[0] !== attributeOf(condition)
        ? holds({ ...condition, field: { of: "attribute", name: same[0] ?? "" } }, customer)
        : undefined;
  }),
  "what an object inherits is an attribute": compiler(["only names"], (condition) =>
    condition.kind === "present" && (attributeOf(condition) ?? "") in {} ? true : undefined,
  ),
  "ranges hold their end": compiler(["exact edges", "wall clock", "calendar day"], (condition, customer) =>
    condition.kind === "within" ? isWithin(condition, customer, (value, from, to) => value >= from && value <= to) : undefined,
  ),
  "ranges leave out their start": compiler(
    ["exact edges", "wall clock", "calendar day", "anniversaries"],
    (condition, customer) =>
      condition.kind === "within" ? isWithin(condition, customer, (value, from, to) => value > from && value < to) : undefined,
  ),
  "times are cut to seconds": compiler(["exact edges"], (condition, customer) =>
    condition.kind === "within" && condition.field.of === "customer"
      ? isWithin(condition, customer, (value, from, to) =>
          typeof value === "number"
            ? Math.floor(value / 1000) * 1000 >= Number(from) && Math.floor(value / 1000) * 1000 < Number(to)
            : false,
        )
      : undefined,
  ),
  "a wall clock is read as UTC": compiler(["wall clock"], (condition, customer) => {
    if (condition.kind !== "within") return undefined;
    const wallClock = readTimeText(textOf(condition.field, customer) ?? "")?.wallClock;
    const instant = wallClock === undefined ? undefined : Date.parse(`${wallClock}Z`);
    return instant === undefined
      ? undefined
      : condition.ranges.some(({ from, to }) => (from === undefined || instant >= from) && (to === undefined || instant < to));
  }),
  "every day has 24 hours": compiler(["of 23, 24 or 25 hours"], (condition, customer) => {
    const [range, ...others] = condition.kind === "within" ? condition.ranges : [];
    if (condition.kind !== "within" || range?.from === undefined || others.length > 0) return undefined;
    return holds({ ...condition, ranges: [{ ...range, to: range.from + 86_400_000 }] }, customer);
  }),
  "every day is the rule's, in whatever zone": compiler(["in the rule's own zone"], (condition, customer) =>
    condition.kind === "within" && condition.ranges.some(({ from }) => from === Date.parse("2026-03-28T03:00:00Z"))
      ? holds({ ...condition, ranges: [{ from: Date.UTC(2026, 2, 28), to: Date.UTC(2026, 2, 29) }] }, customer)
      : undefined,
  ),
  "only the last range counts": compiler(["anniversaries"], (condition, customer) =>
    condition.kind === "within" ? holds({ ...condition, ranges: condition.ranges.slice(-1) }, customer) : undefined,
  ),
  "a number is a time": compiler(["another type"], (condition, customer) =>
    condition.kind === "typed" && condition.type === "date" && typeof readField(condition.field, customer) === "number"
      ? true
      : undefined,
  ),
  "a day that does not exist is a time": compiler(["another type", "wall clock"], (condition, customer) =>
    condition.kind === "typed" && condition.type === "date" && textOf(condition.field, customer) === "2026-02-30"
      ? true
      : undefined,
  ),
  "digits are a number": compiler(["another type"], (condition, customer) =>
    condition.kind === "numberIn"
      ? condition.values.includes(Number(readField(condition.field, customer) ?? Number.NaN))
      : undefined,
  ),
  "true is 1": compiler(["another type"], (condition, customer) =>
    condition.kind === "is"
      ? readField(condition.field, customer) === Number(condition.value) || holds(condition, customer)
      : undefined,
  ),
  "a text test looks into arrays": compiler(["another type"], (condition, customer) => {
    const value = "field" in condition ? readField(condition.field, customer) : undefined;
    return condition.kind === "textIn" && Array.isArray(value)
      ? value.some((entry) => condition.values.includes(entry))
      : undefined;
  }),
  "numbers are single precision": compiler(["compared exactly"], (condition, customer) => {
    const value = "field" in condition ? readField(condition.field, customer) : undefined;
    return condition.kind === "numberIn" && typeof value === "number"
      ? condition.values.some((wanted) => Math.fround(wanted) === Math.fround(value))
      : undefined;
  }),
  "minus zero is not zero": compiler(["compared exactly"], (condition, customer) =>
    condition.kind === "numberIn"
      ? condition.values.some((value) => Object.is(value, readField(condition.field, customer)))
      : undefined,
  ),
  "money is compared in whole units": compiler(["spend is exact"], (condition, customer) =>
    condition.kind === "compare" && condition.field.of === "customer" && condition.field.name === "totalSpend"
      ? holds(
          { ...condition, value: Math.floor(condition.value / 100) },
          { ...customer, totalSpend: Math.floor(customer.totalSpend / 100) },
        )
      : undefined,
  ),
  "includesAll is includesAny": compiler(["entry by entry", "two bounds"], (condition, customer) =>
    condition.kind === "includes" ? holds({ ...condition, how: "any" }, customer) : undefined,
  ),
  "an array is its entries joined by commas": compiler(["entry by entry"], (condition, customer) => {
    const value = "field" in condition ? readField(condition.field, customer) : undefined;
    return condition.kind === "includes" && Array.isArray(value)
      ? condition.values[condition.how === "all" ? "every" : "some"]((wanted) => value.join().split(",").includes(wanted))
      : undefined;
  }),
  "an empty array is missing": compiler(["entry by entry"], (condition, customer) =>
    condition.kind === "present" && holds({ kind: "empty", field: condition.field }, customer) ? false : undefined,
  ),
  "a missing array is not empty": compiler(["entry by entry", "a missing value"], (condition, _, evaluate) =>
    condition.kind === "any" && condition.of.some((part) => part.kind === "empty")
      ? condition.of.filter((part) => part.kind === "empty").some(evaluate)
      : undefined,
  ),
  "long lists are cut": compiler(["entry by entry"], (condition, customer) =>
    condition.kind === "includes" ? holds({ ...condition, values: condition.values.slice(0, 999) }, customer) : undefined,
  ),
  "consent is one for all channels": compiler(["channel by channel"], (condition, customer) =>
    "field" in condition && condition.field.of === "consent"
      ? holds({ ...condition, field: { of: "consent", channel: "email" } }, customer)
      : undefined,
  ),
  "an order counts once for each of its items": ofOrders(["counted once", "sums, averages", "(seed 1)"], (order) =>
    order.items.length === 0 ? [order] : order.items.map((item) => ({ ...order, items: [item] })),
  ),
  "each test of where may be met by another item": compiler(["counted once"], (condition, subject) => {
    const parts = ordersRefOf(condition)?.where;
    if (parts?.kind !== "all" || !("field" in condition)) return undefined;
    const flat = parts.of.flatMap((part) => (part.kind === "all" ? part.of : [part]));
    const orders = (subject.orders ?? []).filter((order) => flat.every((part) => orderMeets(part, order)));
    return holds(withWhere(condition, { kind: "all", of: [] }), { ...subject, orders });
  }),
  "items are not looked at": ofOrders(["counted once", "sums, averages", "(seed 2)"], (order) => [{ ...order, items: [] }]),
  "refunds always count": ofOrders(["counted once", "sums, averages"], (order) => [{ ...order, type: "purchase" }]),
  "cancelled orders always count": ofOrders(["counted once", "sums, averages"], (order) => [{ ...order, status: "placed" }]),
  "an order of this instant was before it": ofOrders(["counted once", "sums, averages"], (order) => [
    { ...order, placedAt: order.placedAt - 1 },
  ]),
  "an average is rounded": compiler(["sums, averages"], (condition, subject) => {
    const field = ordersRefOf(condition);
    if (field?.measure !== "excess" || condition.kind !== "compare") return undefined;
    const counted = (subject.orders ?? []).filter((order) => orderMeets(field.where, order));
    const average = Math.round(counted.reduce((sum, { amount }) => sum + amount, 0) / counted.length);
    return holds({ ...condition, field: VISITS }, { ...subject, visitCount: average - (field.base ?? 0) });
  }),
  "a sum over no orders is missing": compiler(["sums, averages", "(seed 3)"], (condition, subject) => {
    const field = ordersRefOf(condition);
    const none = field !== undefined && !(subject.orders ?? []).some((order) => orderMeets(field.where, order));
    return field?.measure === "sum" && none ? false : undefined;
  }),
  "messages of every campaign count": ofMessages(["what became of them", "(seed 1)"], ({ campaignId: _, ...field }) => field),
  "messages count whenever they were": ofMessages(["what became of them", "(seed 1)"], ({ window: _, ...field }) => field),
  "a message was sent if its delivery was reported": ofMessages(["what became of them"], (field) =>
    field.event === "messaged" ? { ...field, event: "delivered" } : field,
  ),
  "every seed gives the same sample": compiler(["same people for the same seed", "(seed 2)"], (condition, subject) =>
    "field" in condition && condition.field.of === "sample"
      ? holds({ ...condition, field: { of: "sample", factor: 1, offset: 0 } }, subject)
      : undefined,
  ),
  "a plan leaves out the last": {
    noticed: ["counted once", "sums, averages", "what became of them", "generated rules"],
    mistake: (store) => ({
      ...store,
      communications: {
        ...store.communications,
        plan: (range) => store.communications.plan(range.campaignId.startsWith("plan") ? { ...range, upTo: "c0040" } : range),
      },
    }),
  },
  "orders do not reach the totals": {
    noticed: ["totals come from"],
    mistake: (store) => ({ ...store, orders: { ...store.orders, apply: async (orders) => orders.map(() => "changed") } }),
  },
  "who is erased stays": {
    noticed: ["an erased customer", "generated rules"],
    mistake: (store) => ({ ...store, customers: { ...store.customers, erase: async () => ({}) } }),
  },
  "an erased customer is in every sample": {
    noticed: ["an erased customer"],
    mistake: (store) => {
      let erased = 0;
      const isSample = (condition: Condition) => "field" in condition && condition.field.of === "sample";
      return {
        ...store,
        customers: {
          ...store.customers,
          erase: async (id, stamp) => {
            erased += 1;
            return store.customers.erase(id, stamp);
          },
          count: async (condition) => (await store.customers.count(condition)) + (isSample(condition) ? erased : 0),
        },
      };
    },
  },
  "what is cleared stays": {
    noticed: ["what is cleared"],
    mistake: (store) => ({
      ...store,
      customers: {
        ...store.customers,
        apply: (changes) =>
          store.customers.apply(
            changes.map((change) => ({
              ...change,
              fields: Object.fromEntries(Object.entries(change.fields).filter(([, value]) => value !== null)),
            })),
          ),
      },
    }),
  },
  "the first of a page comes again": pages(["by id, whatever"], async (find, limit, cursor) => {
    const page = await find({ limit, ...(cursor === undefined ? {} : { cursor }) });
    return { ...page, items: page.items.length > 1 ? [...page.items.slice(0, -1), ...page.items.slice(0, 1)] : page.items };
  }),
  "a full page has a cursor, though it is the last": pages(["by id, whatever"], async (find, limit, cursor) => {
    const page = await find({ limit, ...(cursor === undefined ? {} : { cursor }) });
    return { ...page, nextCursor: page.nextCursor ?? (page.items.length === limit ? (cursor ?? "") : null) };
  }),
  "everything after the first page is lost": pages(["by id, whatever"], async (find, limit) => ({
    ...(await find({ limit })),
    nextCursor: null,
  })),
  "count is of the first page": {
    noticed: ["(seed 2)", "compared exactly"],
    mistake: (store) => ({
      ...store,
      customers: { ...store.customers, count: async (condition) => Math.min(5, await store.customers.count(condition)) },
    }),
  },
};

describe("the rule contract on a store that gets one thing wrong", () => {
  for (const [name, { mistake, noticed }] of Object.entries(SABOTAGES)) {
    const cases = ruleContract.filter((candidate) => noticed.some((part) => candidate.name.includes(part)));
    it(`notices that ${name}`, async () => {
      expect(cases.length).toBeGreaterThanOrEqual(noticed.length);
      for (const { name: caseName, run } of cases) {
        await expect(run(harnessOf(mistake(memoryStore()))), caseName).rejects.toThrow(AssertionError);
      }
    });
  }

  it("has a sabotage for every case", () => {
    const parts = Object.values(SABOTAGES).flatMap(({ noticed }) => noticed);
    expect(ruleContract.filter(({ name }) => !parts.some((part) => name.includes(part)))).toEqual([]);
  });
});

function harnessOf(store: Store): StoreHarness {
  return { open: async () => store, maxWaitMs: 1_000 };
}

function compiler(noticed: readonly string[], mistake: Mistake): Sabotage {
  const evaluate = (condition: Condition, customer: Subject): boolean => {
    const wrong = mistake(condition, customer, (part) => (part === condition ? holds(part, customer) : evaluate(part, customer)));
    if (wrong !== undefined) return wrong;
    if (condition.kind === "all") return condition.of.every((part) => evaluate(part, customer));
    if (condition.kind === "any") return condition.of.some((part) => evaluate(part, customer));
    return condition.kind === "not" ? !evaluate(condition.of, customer) : holds(condition, customer);
  };
  return { noticed, mistake: (store) => withEvaluator(store, evaluate) };
}

/** Orders as the store takes them to be. */
function ofOrders(noticed: readonly string[], mistaken: (order: StoredOrder) => readonly StoredOrder[]): Sabotage {
  return compiler(noticed, (condition, subject) =>
    ordersRefOf(condition) === undefined
      ? undefined
      : holds(condition, { ...subject, orders: (subject.orders ?? []).flatMap(mistaken) }),
  );
}

function ofMessages(noticed: readonly string[], mistaken: (field: MessagesRef) => MessagesRef): Sabotage {
  return compiler(noticed, (condition, subject) =>
    "field" in condition && condition.field.of === "messages"
      ? holds({ ...condition, field: mistaken(condition.field) }, subject)
      : undefined,
  );
}

function ordersRefOf(condition: Condition): OrdersRef | undefined {
  return "field" in condition && condition.field.of === "orders" ? condition.field : undefined;
}

function withWhere(condition: Extract<Condition, { readonly field: FieldRef }>, where: Condition): Condition {
  return condition.field.of === "orders" ? { ...condition, field: { ...condition.field, where } } : condition;
}

function attributes(noticed: readonly string[], rename: (name: string) => string): Sabotage {
  return compiler(noticed, (condition, customer) => {
    const name = attributeOf(condition);
    if (name === undefined || !("field" in condition) || rename(name) === name) return undefined;
    return holds({ ...condition, field: { of: "attribute", name: rename(name) } }, customer);
  });
}

function pages(
  noticed: readonly string[],
  page: (
    find: (request: { readonly limit: number; readonly cursor?: string }) => ReturnType<Store["customers"]["find"]>,
    limit: number,
    cursor: string | undefined,
  ) => ReturnType<Store["customers"]["find"]>,
): Sabotage {
  return {
    noticed,
    mistake: (store) => ({
      ...store,
      customers: {
        ...store.customers,
        find: (condition, { limit, cursor }) => page((request) => store.customers.find(condition, request), limit, cursor),
      },
    }),
  };
}

/** The memory store with another idea of what a condition means. */
function withEvaluator(store: Store, evaluate: (condition: Condition, customer: Subject) => boolean): Store {
  const everyone = async (): Promise<readonly (Subject & StoredCustomer)[]> => {
    const { items } = await store.customers.find({ kind: "all", of: [] }, { limit: 10_000 });
    return Promise.all(
      items.map(async (customer) => ({
        ...customer,
        orders: (await store.orders.list({ customerId: customer.id }, { limit: 1_000 })).items,
        messages: (await store.communications.list({ customerId: customer.id }, { limit: 1_000 })).items,
      })),
    );
  };
  const select = async (condition: Condition) => (await everyone()).filter((customer) => evaluate(condition, customer));
  const pageAfter = <T extends { readonly id: string }>(
    rows: readonly T[],
    limit: number,
    cursor: string | undefined,
  ): Page<T> => {
    const rest = rows.filter(({ id }) => cursor === undefined || id > cursor);
    const items = rest.slice(0, limit);
    return { items, nextCursor: rest.length > limit ? (items.at(-1)?.id ?? null) : null };
  };
  return {
    ...store,
    customers: {
      ...store.customers,
      find: async (condition, { limit, cursor }) => pageAfter(await select(condition), limit, cursor),
      count: async (condition) => (await select(condition)).length,
    },
  };
}

function isMissing(condition: Condition, customer: Subject): boolean {
  return "field" in condition && readField(condition.field, customer) === undefined;
}

function depthOf(condition: Condition): number {
  if (condition.kind === "not") return 1 + depthOf(condition.of);
  return "of" in condition ? 1 + Math.max(0, ...condition.of.map(depthOf)) : 1;
}

function attributeOf(condition: Condition): string | undefined {
  return "field" in condition && condition.field.of === "attribute" ? condition.field.name : undefined;
}

function textOf(field: FieldRef, customer: Subject): string | undefined {
  const value = readField(field, customer);
  return typeof value === "string" ? value : undefined;
}

function like({ how, folded }: Extract<Condition, { kind: "textLike" }>, text: string | undefined): boolean {
  if (text === undefined) return false;
  return how === "contains" ? text.includes(folded) : how === "starts" ? text.startsWith(folded) : text.endsWith(folded);
}

function isWithin(
  { field, ranges, yearly }: Extract<Condition, { kind: "within" }>,
  customer: Subject,
  isBetween: (value: number | string, from: number | string, to: number | string) => boolean,
): boolean {
  const value = readField(field, customer);
  const read =
    typeof value === "number" && field.of === "customer"
      ? { instant: value }
      : typeof value === "string"
        ? readTimeText(value)
        : undefined;
  const wallClock = read?.wallClock;
  if (wallClock !== undefined && yearly)
    return (
      wallClock < yearly.before && yearly.runs.some(({ first, last }) => isBetween(wallClock.slice(5, 10), first, `${last}~`))
    );
  return ranges.some(({ from, to, fromWallClock, toWallClock }) => {
    if (read?.instant !== undefined)
      return isBetween(read.instant, from ?? Number.NEGATIVE_INFINITY, to ?? Number.POSITIVE_INFINITY);
    return read?.wallClock !== undefined && isBetween(read.wallClock, fromWallClock ?? "", toWallClock ?? "~");
  });
}

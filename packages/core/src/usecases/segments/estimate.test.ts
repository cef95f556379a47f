import { describe, expect, it } from "vitest";
import { memoryEngine } from "../../engine.fixture.js";
import { memoryStore } from "../../memory/memory-store.js";
import type { Customers } from "../../ports/customers.js";
import type { Condition } from "../../query/condition/condition.js";
import type { Rule } from "../../query/language/rule.js";
import { sleep } from "../sleep.js";
import { estimateCount } from "./estimate.js";
import { SharedRuns } from "./shared-runs.js";

const EVERYONE: Condition = { kind: "all", of: [] };
const NEVER = new AbortController().signal;

async function customersOf(count: number): Promise<Customers> {
  const store = memoryStore();
  await store.customers.apply(
    Array.from({ length: count }, (_, index) => ({ id: `c${index}`, stamp: index + 1, fields: { visitCount: index % 4 } })),
  );
  return store.customers;
}

/** A store that is slow for everyone, and quick for a share of them. It stops when it is told to, and notes it of the slow. */
function slow(customers: Customers, delays: { readonly whole: number; readonly share: number }) {
  const log = { begun: 0, stopped: 0 };
  const wait = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
    log.begun += 1;
    await sleep(ms, signal);
    if (signal?.aborted && ms === delays.whole) log.stopped += 1;
    signal?.throwIfAborted();
  };
  const isShare = (condition: Condition): boolean => JSON.stringify(condition).includes('"sample"');
  const port: Customers = {
    ...customers,
    preview: async (condition, examples, reach, options = {}) => {
      await wait(isShare(condition) ? delays.share : delays.whole, options.signal);
      return customers.preview(condition, examples, reach);
    },
  };
  return { port, log };
}

describe("an estimate", () => {
  it("is exact where there is time, with up to five of those counted", async () => {
    const counted = await estimateCount(await customersOf(50), { condition: EVERYONE }, 1_000, NEVER);
    expect(counted).toMatchObject({ count: 50, exact: true });
    expect(counted.sample).toHaveLength(5);
    expect(counted).not.toHaveProperty("marginOfError");
  });

  it("comes from a share of the customers beyond the limit, within the margin that it states, and stops the query", async () => {
    const customers = await customersOf(4_000);
    const { port, log } = slow(customers, { whole: 60_000, share: 1 });
    const quarter: Condition = { kind: "numberIn", field: { of: "customer", name: "visitCount", type: "number" }, values: [3] };
    const started = performance.now();
    const counted = await estimateCount(port, { condition: quarter }, 800, NEVER);
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(counted.exact).toBe(false);
    expect(counted.sample.map(({ visitCount }) => visitCount)).toEqual([3, 3, 3, 3, 3]);
    const { marginOfError = 0 } = counted;
    expect(Math.abs(counted.count - 1_000)).toBeLessThan(2 * marginOfError);
    expect(marginOfError).toBeGreaterThan(0);
    expect(marginOfError).toBeLessThan(1_000);
    expect(log.stopped).toBe(1);
  });

  it("beyond the limit says of whom it counted how many can be reached in proportion, and not how many share an address", async () => {
    const customers = await customersOf(4_000);
    const withdrawn = { consent: { email: { state: "withdrawn" } } } as const;
    const ids = (await customers.find(EVERYONE, { limit: 2_001 })).items.map(({ id }) => id);
    await customers.apply(ids.map((id) => ({ id, stamp: 9, fields: withdrawn })));
    const { port } = slow(customers, { whole: 60_000, share: 1 });
    const reach = { channel: "email", defaultConsent: "subscribed" } as const;
    const { count, reachable } = await estimateCount(port, { condition: EVERYONE, reach }, 400, NEVER);
    const { willBeSent = 0, unsubscribed = 0, notSubscribed = 0, suppressed = 0, noAddress = 0, sharedAddress } = reachable ?? {};
    expect(sharedAddress).toBeNull();
    expect(willBeSent + unsubscribed + notSubscribed + suppressed + noAddress).toBe(count);
  });

  it("states a margin that holds in some 95 of 100 cases, and one above zero where it found nobody", async () => {
    const customers = await customersOf(3_000);
    const instant: Pick<Customers, "preview" | "count"> = {
      count: customers.count,
      preview: async (condition, examples, _, { signal } = {}) => {
        if (!JSON.stringify(condition).includes('"sample"')) await sleep(60_000, signal);
        signal?.throwIfAborted();
        return customers.preview(condition, examples);
      },
    };
    const parts = Array.from(
      { length: 20 },
      (_, part): Condition => ({
        kind: "textLike",
        field: { of: "customer", name: "id", type: "text" },
        how: "ends",
        folded: String(part).padStart(2, "0"),
      }),
    );
    const held = await Promise.all(
      parts.map(async (part) => {
        const { count, marginOfError = 0 } = await estimateCount(instant, { condition: part }, 150, NEVER);
        return Math.abs(count - (await customers.count(part))) <= marginOfError;
      }),
    );
    expect(held.filter(Boolean).length).toBeGreaterThanOrEqual(17);
    const nobody = await estimateCount(instant, { condition: { kind: "any", of: [] } }, 100, NEVER);
    expect([nobody.count, (nobody.marginOfError ?? 0) > 0]).toEqual([0, true]);
  });

  it("is never above the number of everyone, and its margin reaches no higher", async () => {
    const found = (everyone: () => Promise<number>): Pick<Customers, "preview" | "count"> => ({
      preview: async (condition, _, __, { signal } = {}) => {
        if (!JSON.stringify(condition).includes('"sample"')) await sleep(60_000, signal);
        signal?.throwIfAborted();
        return { count: 260, examples: [] };
      },
      count: everyone,
    });
    const capped = await estimateCount(
      found(async () => 1_000),
      { condition: EVERYONE },
      100,
      NEVER,
    );
    expect(capped).toMatchObject({ count: 1_000, exact: false, marginOfError: 79 });
    const uncapped = await estimateCount(
      found(() => Promise.reject(new Error("away"))),
      { condition: EVERYONE },
      100,
      NEVER,
    );
    expect(uncapped).toMatchObject({ count: 1_040, exact: false, marginOfError: 135 });
    const nearly = await estimateCount(
      found(async () => 1_050),
      { condition: EVERYONE },
      100,
      NEVER,
    );
    expect(nearly).toMatchObject({ count: 1_040, marginOfError: 119 });
  });

  it("is unavailable where not even a small share is counted in time", async () => {
    const { port } = slow(await customersOf(5), { whole: 60_000, share: 60_000 });
    await expect(estimateCount(port, { condition: EVERYONE }, 50, NEVER)).rejects.toMatchObject({ code: "unavailable" });
  });

  it("fails as the store does", async () => {
    const customers = await customersOf(5);
    const fault = new Error("gone");
    const failing = { ...customers, preview: () => Promise.reject(fault) };
    await expect(estimateCount(failing, { condition: EVERYONE }, 50, NEVER)).rejects.toBe(fault);
  });
});

describe("runs that are shared", () => {
  it("are one for all who ask for the key meanwhile, and begin anew after that", async () => {
    const runs = new SharedRuns<number>();
    let begun = 0;
    const work = async () => {
      begun += 1;
      await sleep(10);
      return begun;
    };
    expect(await Promise.all([runs.join("a", work), runs.join("a", work), runs.join("b", work)])).toEqual([2, 2, 2]);
    expect(begun).toBe(2);
    expect(await runs.join("a", work)).toBe(3);
  });

  it("go on while one waits, and are stopped when all have gone, each told its own reason", async () => {
    const runs = new SharedRuns<string>();
    const stopped: unknown[] = [];
    const work = async (signal: AbortSignal) => {
      await sleep(5_000, signal);
      stopped.push(signal.reason);
      throw signal.reason;
    };
    const [first, second] = [new AbortController(), new AbortController()];
    const waiting = [runs.join("a", work, first.signal), runs.join("a", work, second.signal)].map((one) =>
      one.catch((error: unknown) => error),
    );
    first.abort("first");
    expect(await waiting[0]).toBe("first");
    await sleep(10);
    expect(stopped).toEqual([]);
    second.abort("second");
    expect(await waiting[1]).toBe("second");
    await sleep(10);
    expect(stopped).toEqual(["second"]);
    expect(await runs.join("a", async () => "anew")).toBe("anew");
    await expect(runs.join("a", work, AbortSignal.abort("before"))).rejects.toBe("before");
  });
});

describe("the engine's estimates", () => {
  it("share a query with identical rules only, and stop it when the asker goes", async () => {
    const store = memoryStore();
    const { port, log } = slow(store.customers, { whole: 100, share: 0 });
    const engine = memoryEngine({ store: { ...store, customers: port }, clock: () => 5_000 });
    const rule: Rule = { field: "lastVisitAt", op: "inLast", value: { days: 1 } };
    await Promise.all([
      engine.segments.estimate({ rule }),
      engine.segments.estimate({ rule: { value: { days: 1 }, op: "inLast", field: "lastVisitAt" } }),
      engine.segments.estimate({ rule, timeZone: "Europe/London" }),
    ]);
    expect(log).toEqual({ begun: 2, stopped: 0 });
    const controller = new AbortController();
    const estimate = engine.segments.estimate({ rule: { any: [] } }, { signal: controller.signal });
    setTimeout(() => controller.abort("gone"), 20);
    await expect(estimate).rejects.toBe("gone");
    await sleep(10);
    expect(log).toEqual({ begun: 3, stopped: 1 });
  });
});

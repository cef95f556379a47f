import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CrmError } from "../errors.js";
import { type Batcher, type BatcherOptions, createBatcher } from "./batcher.js";

/** A flush that is settled by hand: what came in, and how to end it. */
interface Flush {
  readonly items: readonly string[];
  readonly done: (outcomes?: readonly (Error | undefined)[]) => void;
  readonly fail: (error: unknown) => void;
}

function byHand(options: Partial<BatcherOptions<string>> = {}): { readonly batcher: Batcher<string>; readonly flushes: Flush[] } {
  const flushes: Flush[] = [];
  const flush = (items: readonly string[]) =>
    new Promise<readonly (Error | undefined)[] | undefined>((done, fail) => {
      flushes.push({ items, done, fail });
    });
  return { batcher: createBatcher({ maxSize: 3, maxWaitMs: 100, flush, ...options }), flushes };
}

/** A flush that ends at once, as told. */
function atOnce(
  flush: (items: readonly string[]) => readonly (Error | undefined)[] | undefined,
  options: Partial<BatcherOptions<string>> = {},
) {
  const batches: (readonly string[])[] = [];
  const batcher = createBatcher<string>({
    maxSize: 3,
    maxWaitMs: 100,
    ...options,
    flush: async (items) => {
      batches.push(items);
      return flush(items);
    },
  });
  return { batcher, batches };
}

const itemsOf = (flushes: readonly Flush[]) => flushes.map(({ items }) => items.join(""));
const tick = () => vi.advanceTimersByTimeAsync(0);

function addAll(batcher: Batcher<string>, items: string): Promise<readonly string[]> {
  return Promise.all(
    [...items].map((item) =>
      batcher.add(item).then(
        () => `${item} done`,
        (error: Error) => `${item} ${error.message}`,
      ),
    ),
  );
}

describe("a batcher", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it("lets a batch leave at its size, without waiting", async () => {
    const { batcher, flushes } = byHand();
    void addAll(batcher, "ab");
    await tick();
    expect(flushes).toEqual([]);
    void addAll(batcher, "cd");
    await tick();
    expect(itemsOf(flushes)).toEqual(["abc"]);
    await vi.advanceTimersByTimeAsync(100);
    expect(itemsOf(flushes)).toEqual(["abc", "d"]);
  });

  it("lets a batch leave when its first item has waited long enough, and not before", async () => {
    const { batcher, flushes } = byHand();
    void batcher.add("a");
    await vi.advanceTimersByTimeAsync(60);
    void batcher.add("b");
    await vi.advanceTimersByTimeAsync(39);
    expect(flushes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(itemsOf(flushes)).toEqual(["ab"]);
  });

  it("waits anew for each batch", async () => {
    const { batcher, flushes } = byHand();
    void batcher.add("a");
    await vi.advanceTimersByTimeAsync(90);
    void addAll(batcher, "bc");
    void batcher.add("d");
    await vi.advanceTimersByTimeAsync(99);
    expect(itemsOf(flushes)).toEqual(["abc"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(itemsOf(flushes)).toEqual(["abc", "d"]);
  });

  it("counts weights, and goes beyond its size only for one item that is heavier", async () => {
    const { batcher, batches } = atOnce(() => undefined, { maxSize: 10, weigh: Number, maxFlushes: 9 });
    for (const weight of ["4", "5", "3", "7", "25", "1", "9"]) void batcher.add(weight);
    await tick();
    expect(batches).toEqual([["4", "5"], ["3", "7"], ["25"], ["1", "9"]]);
  });

  it("lets items that weigh nothing wait for the time", async () => {
    const { batcher, batches } = atOnce(() => undefined, { maxSize: 1, weigh: () => 0 });
    void addAll(batcher, "abcd");
    await vi.advanceTimersByTimeAsync(99);
    expect(batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([["a", "b", "c", "d"]]);
  });

  it("settles each add with its own batch, not before and not with another", async () => {
    const { batcher, flushes } = byHand();
    const settled: string[] = [];
    for (const item of "abcdef") void batcher.add(item).then(() => settled.push(item));
    await tick();
    expect(itemsOf(flushes)).toEqual(["abc", "def"]);
    expect(settled).toEqual([]);
    flushes[1]?.done();
    await tick();
    expect(settled).toEqual(["d", "e", "f"]);
    flushes[0]?.done();
    await tick();
    expect(settled).toEqual(["d", "e", "f", "a", "b", "c"]);
  });

  it("settles each add with its own outcome", async () => {
    const { batcher, batches } = atOnce(() => [undefined, new Error("is bad"), undefined]);
    expect(await addAll(batcher, "abc")).toEqual(["a done", "b is bad", "c done"]);
    expect(batches).toHaveLength(1);
  });

  it("takes items beyond the outcomes told for done", async () => {
    const { batcher } = atOnce(() => [new Error("is bad")]);
    expect(await addAll(batcher, "abc")).toEqual(["a is bad", "b done", "c done"]);
  });

  it("halves a batch that is refused until only the poison rejects", async () => {
    const { batcher, batches } = atOnce(
      (items) => {
        if (items.includes("f")) throw new Error("is poison");
        return undefined;
      },
      { maxSize: 7 },
    );
    expect(await addAll(batcher, "abcdefg")).toEqual(["a done", "b done", "c done", "d done", "e done", "f is poison", "g done"]);
    expect(batches.map((items) => items.join(""))).toEqual(["abcdefg", "abcd", "efg", "ef", "e", "f", "g"]);
  });

  it("finds every poison, and keeps the outcomes of the halves", async () => {
    const { batcher } = atOnce(
      (items) => {
        if (items.includes("a") || items.includes("e")) throw new Error("is poison");
        return items.map((item) => (item === "c" ? new Error("is bad") : undefined));
      },
      { maxSize: 5 },
    );
    expect(await addAll(batcher, "abcde")).toEqual(["a is poison", "b done", "c is bad", "d done", "e is poison"]);
  });

  it.each(["unavailable", "closed"] as const)(
    "rejects a whole batch when the flush is %s, without trying its halves",
    async (code) => {
      const away = new CrmError(code, "is away");
      const { batcher, batches } = atOnce(() => {
        throw away;
      });
      expect(await addAll(batcher, "abc")).toEqual(["a is away", "b is away", "c is away"]);
      expect(batches).toHaveLength(1);
      await expect(addOne(batcher)).rejects.toBe(away);
    },
  );

  it.each(["invalid", "not_found", "conflict"] as const)("halves a batch when the flush is %s", async (code) => {
    const { batcher, batches } = atOnce((items) => {
      if (items.includes("b")) throw new CrmError(code, "is wrong");
      return undefined;
    });
    expect(await addAll(batcher, "abc")).toEqual(["a done", "b is wrong", "c done"]);
    expect(batches.length).toBeGreaterThan(1);
  });

  it("takes a flush that throws before it begins for a refusal", async () => {
    const batcher = createBatcher<string>({
      maxSize: 2,
      maxWaitMs: 100,
      flush: () => {
        throw new Error("is broken");
      },
    });
    expect(await addAll(batcher, "ab")).toEqual(["a is broken", "b is broken"]);
  });

  it("runs two flushes at once, and no more, in the order of their items", async () => {
    const { batcher, flushes } = byHand();
    void addAll(batcher, "abcdefghi");
    await tick();
    expect(itemsOf(flushes)).toEqual(["abc", "def"]);
    flushes[0]?.done();
    await tick();
    expect(itemsOf(flushes)).toEqual(["abc", "def", "ghi"]);
  });

  it("runs as many flushes at once as it is told", async () => {
    const { batcher, flushes } = byHand({ maxFlushes: 1 });
    const settled = addAll(batcher, "abcdef");
    await tick();
    expect(itemsOf(flushes)).toEqual(["abc"]);
    flushes[0]?.fail(new CrmError("unavailable", "is away"));
    await tick();
    expect(itemsOf(flushes)).toEqual(["abc", "def"]);
    flushes[1]?.done();
    expect(await settled).toEqual(["a is away", "b is away", "c is away", "d done", "e done", "f done"]);
  });

  it("keeps the order of full batches that wait for a flush", async () => {
    const { batcher, flushes } = byHand({ maxFlushes: 1, maxSize: 1 });
    void addAll(batcher, "abcd");
    for (let done = 0; done < 4; done++) {
      await tick();
      flushes[done]?.done();
    }
    expect(itemsOf(flushes)).toEqual(["a", "b", "c", "d"]);
  });

  it("goes on filling an overdue batch that waits behind full ones", async () => {
    const { batcher, flushes } = byHand({ maxFlushes: 1 });
    void addAll(batcher, "abcdefg");
    await vi.advanceTimersByTimeAsync(150);
    flushes[0]?.done();
    await tick();
    void batcher.add("h");
    flushes[1]?.done();
    await tick();
    expect(itemsOf(flushes)).toEqual(["abc", "def", "gh"]);
  });

  it("goes on filling an overdue batch while every flush is busy", async () => {
    const { batcher, flushes } = byHand({ maxFlushes: 1, maxSize: 4 });
    void addAll(batcher, "abcd");
    void batcher.add("e");
    await vi.advanceTimersByTimeAsync(250);
    void batcher.add("f");
    await tick();
    expect(itemsOf(flushes)).toEqual(["abcd"]);
    flushes[0]?.done();
    await tick();
    expect(itemsOf(flushes)).toEqual(["abcd", "ef"]);
    flushes[1]?.done();
    void batcher.add("g");
    await vi.advanceTimersByTimeAsync(99);
    expect(flushes).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(itemsOf(flushes)).toEqual(["abcd", "ef", "g"]);
  });

  it("lets an overdue batch that fills up leave as a full one, and the next wait its own time", async () => {
    const { batcher, flushes } = byHand({ maxFlushes: 1 });
    void addAll(batcher, "abc");
    void batcher.add("d");
    await vi.advanceTimersByTimeAsync(150);
    void addAll(batcher, "efg");
    flushes[0]?.done();
    await tick();
    expect(itemsOf(flushes)).toEqual(["abc", "def"]);
    flushes[1]?.done();
    await vi.advanceTimersByTimeAsync(99);
    expect(flushes).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(itemsOf(flushes)).toEqual(["abc", "def", "g"]);
  });

  it("flushes what waits when it is closed, and settles when all is settled", async () => {
    const { batcher, flushes } = byHand({ maxFlushes: 1 });
    const settled = addAll(batcher, "abcd");
    let closed = 0;
    void batcher.close().then(() => closed++);
    void batcher.close().then(() => closed++);
    await tick();
    expect(itemsOf(flushes)).toEqual(["abc"]);
    flushes[0]?.done();
    await tick();
    expect(itemsOf(flushes)).toEqual(["abc", "d"]);
    expect(closed).toBe(0);
    flushes[1]?.fail(new Error("is poison"));
    await tick();
    expect(closed).toBe(2);
    expect(await settled).toEqual(["a done", "b done", "c done", "d is poison"]);
    await batcher.close();
  });

  it("settles its close at once when nothing is left to do", async () => {
    const { batcher } = atOnce(() => undefined);
    await batcher.close();
    await batcher.close();
  });

  it("takes nothing after it was closed", async () => {
    const { batcher, batches } = atOnce(() => undefined);
    await batcher.close();
    await expect(batcher.add("a")).rejects.toMatchObject({ code: "closed", message: "The batcher is closed." });
    await vi.advanceTimersByTimeAsync(200);
    expect(batches).toEqual([]);
  });

  it("rejects an item that cannot be weighed, and leaves the others alone", async () => {
    const { batcher } = atOnce(() => undefined, {
      maxSize: 2,
      weigh: (item) => {
        if (item === "b") throw new Error("has no weight");
        return 1;
      },
    });
    expect(await addAll(batcher, "abc")).toEqual(["a done", "b has no weight", "c done"]);
  });
});

async function addOne(batcher: Batcher<string>): Promise<void> {
  const added = batcher.add("x");
  await Promise.all([batcher.close(), added]);
}

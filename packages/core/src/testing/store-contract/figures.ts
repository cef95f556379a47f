import { deepEqual, equal, ok } from "node:assert/strict";
import { hoursOf, STALE_HOUR_MS } from "../../ports/figures.js";
import type { Store } from "../../ports/index.js";
import { race } from "../expect.js";
import { fact, order, planned, START, stamp } from "./given.js";
import { type CasesOf, storeCase, twoStoreCase } from "./store-harness.js";

/** Counted in microseconds: after what is planned here. */
const LATER = 1_000_000;

const at = (hour: number): number => START + hour * STALE_HOUR_MS + 1;
const hours = (...of: readonly number[]): readonly number[] => hoursOf(of.map(at));

/** The hours that are marked, each once; the marks are removed. */
async function takeHours(store: Store): Promise<readonly number[]> {
  const marks = await store.figures.marks(100);
  await store.figures.settle(marks.map(({ id }) => id));
  return [...new Set(marks.flatMap((mark) => mark.hours))].sort((a, b) => a - b);
}

export const figureCases: CasesOf<"figures"> = {
  mark: [
    storeCase("a mark says which hours, and when it was left on the store's clock; one of no hours is none", async (store) => {
      await store.figures.mark([]);
      const before = await store.clock.now();
      await store.figures.mark([3, -2]);
      const after = await store.clock.now();
      const [mark, ...others] = await store.figures.marks(10);
      deepEqual([mark?.hours, others], [[3, -2], []]);
      ok(mark && before <= mark.at && mark.at <= after, `${mark?.at} is from ${before} to ${after}`);
    }),
  ],
  marks: [
    storeCase(
      "orders mark the hours in which they were and are placed, and those of their customers' later orders",
      async (store) => {
        const place = (id: string, customerId: string, hour: number, count = 1) =>
          store.orders.apply([order(id, customerId, { placedAt: at(hour), stamp: stamp(count) })]);
        for (const [id, customerId, hour] of [
          ["o1", "c1", 5],
          ["o2", "c1", 50],
          ["o3", "c1", 60],
          ["o4", "c2", 90],
        ] as const)
          await place(id, customerId, hour);
        deepEqual(await takeHours(store), hours(5, 50, 60, 90));
        await place("o5", "c1", 70);
        deepEqual(await takeHours(store), hours(70), "the last of its customer");
        await place("o6", "c1", 55);
        deepEqual(await takeHours(store), hours(55, 60, 70), "one among others");
        await place("o2", "c1", 65, 2);
        deepEqual(await takeHours(store), hours(50, 55, 60, 65, 70), "one that is moved");
        await store.orders.apply([order("o4", "c2", { placedAt: at(90), status: "cancelled", stamp: stamp(3) })]);
        deepEqual(await takeHours(store), hours(90), "one that is cancelled");
      },
    ),
    storeCase("former orders of the erased mark theirs too", async (store) => {
      await store.orders.apply([order("o1", "c1", { placedAt: at(1) }), order("o2", "c1", { placedAt: at(2) })]);
      await store.customers.erase("c1", stamp(5));
      await takeHours(store);
      await store.orders.apply([order("o1", "c1", { placedAt: at(0), stamp: stamp(9) })]);
      const marked = await takeHours(store);
      ok(
        hours(0, 1, 2).every((hour) => marked.includes(hour)),
        `${marked} are the hours of the order and of the one after it`,
      );
    }),
    twoStoreCase("no order of many writers is without a mark of its hour", async (stores) => {
      await race(12, (index) =>
        stores[index % 2 === 0 ? 0 : 1].orders.apply([order(`o${index}`, `c${index % 3}`, { placedAt: at(index) })]),
      );
      deepEqual(await takeHours(stores[1]), hours(...Array.from({ length: 12 }, (_, index) => index)));
    }),
    storeCase("marks come oldest first, and no more than are asked for", async (store) => {
      for (const hour of [9, 1, 5]) {
        await store.figures.mark([hour]);
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
      const marked = (await store.figures.marks(2)).map((mark) => mark.hours);
      deepEqual(marked, [[9], [1]]);
    }),
  ],
  settle: [
    twoStoreCase("a mark that was settled is gone, and one that was left since is not", async ([store, other]) => {
      await store.figures.mark([1]);
      const read = await other.figures.marks(10);
      await store.figures.mark([1]);
      await other.figures.settle(read.map(({ id }) => id));
      await other.figures.settle(read.map(({ id }) => id));
      deepEqual(
        (await store.figures.marks(10)).map((mark) => mark.hours),
        [[1]],
      );
    }),
  ],
  keep: [
    twoStoreCase(
      "what is kept last under a key is found, but for what a later lease's holder has kept",
      async ([store, other]) => {
        await store.figures.keep(
          [
            { key: "a", value: "1" },
            { key: "b.$x", value: '{"é":1}' },
          ],
          5,
        );
        await other.figures.keep([{ key: "a", value: "2" }], 5);
        await other.figures.keep(
          [
            { key: "a", value: "3" },
            { key: "c", value: "3" },
          ],
          6,
        );
        await store.figures.keep(
          [
            { key: "a", value: "4" },
            { key: "c", value: "4" },
            { key: "d", value: "4" },
          ],
          5,
        );
        deepEqual(await store.figures.list({ from: "a", to: "z" }), [
          { key: "a", value: "3" },
          { key: "b.$x", value: '{"é":1}' },
          { key: "c", value: "3" },
          { key: "d", value: "4" },
        ]);
      },
    ),
    twoStoreCase("of many that keep a new key at once the one of the latest lease wins", async (stores) => {
      for (const key of ["k1", "k2", "k3", "k4", "k5"]) {
        await race(12, (index) => stores[index % 2 === 0 ? 0 : 1].figures.keep([{ key, value: String(index) }], 12 - index));
        deepEqual(await stores[0].figures.get([key]), [{ key, value: "0" }]);
      }
    }),
  ],
  get: [
    storeCase("those of the keys that are kept, each once", async (store) => {
      await store.figures.keep(
        [
          { key: "a", value: "1" },
          { key: "b", value: "2" },
        ],
        1,
      );
      const found = await store.figures.get(["b", "nothing", "a", "b"]);
      deepEqual(
        [...found].sort((a, b) => a.key.localeCompare(b.key)),
        [
          { key: "a", value: "1" },
          { key: "b", value: "2" },
        ],
      );
      deepEqual(await store.figures.get([]), []);
    }),
  ],
  touch: [
    twoStoreCase("each of many that touch a subject raises its version", async (stores) => {
      await race(12, (index) => stores[index % 2 === 0 ? 0 : 1].figures.touch(["k.$1", `k${index % 3}`]));
      deepEqual(
        await stores[0].figures.versions(["k.$1", "k0", "k9"]),
        new Map([
          ["k.$1", 12],
          ["k0", 4],
          ["k9", 0],
        ]),
      );
    }),
  ],
  versions: [
    storeCase("whatever settles or reopens rows by itself raises the version of their campaign", async (store) => {
      const [first = "", second = "", third = ""] = await planned(store, "k1", ["c1", "c2", "c3"]);
      let before = 0;
      const raises = async (what: string): Promise<void> => {
        const version = (await store.figures.versions(["k1"])).get("k1") ?? 0;
        ok(version > before, what);
        before = version;
      };
      await store.communications.record([fact(first, "failed"), fact(second, "sent")]);
      await raises("facts");
      await store.communications.record([fact(first, "failed")]);
      await raises("facts that were known");
      await store.communications.skipRows({ campaignId: "k1", status: "pending", reason: "campaign_cancelled", limit: 9 });
      await raises("rows that are skipped");
      await store.communications.reopen({ campaignId: "k1", status: "failed", reopening: 1, limit: 9 });
      await raises("rows that are reopened");
      await store.customers.erase("c3", stamp(LATER));
      await raises(`an erasure of the person of ${third}`);
    }),
  ],
  list: [
    storeCase("from a key on, up to another, in their order", async (store) => {
      await store.figures.keep(
        ["b/2", "a/1", "b/10", "b0"].map((key) => ({ key, value: key })),
        1,
      );
      deepEqual(
        (await store.figures.list({ from: "b/", to: "b0" })).map(({ key }) => key),
        ["b/10", "b/2"],
      );
      equal((await store.figures.list({ from: "c", to: "z" })).length, 0);
    }),
  ],
};

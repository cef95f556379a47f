import { deepEqual, equal } from "node:assert/strict";
import type { Store } from "../../../ports/index.js";
import { race } from "../../expect.js";
import { type CasesOf, storeCase, twoStoreCase } from "../store-harness.js";

const KEEP = 4;

export const outcomeCases: CasesOf<"outcomes"> = {
  record: [
    storeCase("the last ones are kept, in the order in which they were recorded", async (store) => {
      deepEqual(await note(store, "FFs"), { kept: 3, failed: 2 });
      deepEqual(await note(store, "s"), { kept: 4, failed: 2 });
      deepEqual(await note(store, "s"), { kept: 4, failed: 1 }, "the first failure is out");
      deepEqual(await note(store, ""), { kept: 4, failed: 1 }, "noting nothing tells what is kept");
      deepEqual(await note(store, "sFFsFsF"), { kept: 4, failed: 2 }, "more than are kept");
      deepEqual(await note(store, "ss"), { kept: 4, failed: 1 });
    }),
    storeCase("each name has its own", async (store) => {
      await note(store, "FFF");
      deepEqual(await store.outcomes.record("errors:k2", { window: 0, failed: [true] }, KEEP), { kept: 1, failed: 1 });
      deepEqual(await note(store, "s"), { kept: 4, failed: 3 });
    }),
    storeCase("a new window begins with nothing, and what comes late from the last is ignored", async (store) => {
      await note(store, "FFFF", 3);
      deepEqual(await note(store, "s", 5), { kept: 1, failed: 0 });
      deepEqual(await note(store, "FF", 3), { kept: 1, failed: 0 });
      deepEqual(await note(store, "F", 5), { kept: 2, failed: 1 });
      deepEqual(await note(store, "", 6), { kept: 0, failed: 0 });
    }),
    twoStoreCase("of outcomes recorded by several callers at once none is lost", async (stores) => {
      await race(20, (index) =>
        stores[index % 2 === 0 ? 0 : 1].outcomes.record("errors:k1", { window: 0, failed: [index % 4 === 0, false] }, 100),
      );
      const { kept, failed } = await stores[0].outcomes.record("errors:k1", { window: 0, failed: [] }, 100);
      equal(kept, 40);
      equal(failed, 5);
    }),
  ],
};

/** F is a failure. */
function note(store: Store, results: string, window = 0): Promise<{ readonly kept: number; readonly failed: number }> {
  return store.outcomes.record("errors:k1", { window, failed: [...results].map((result) => result === "F") }, KEEP);
}

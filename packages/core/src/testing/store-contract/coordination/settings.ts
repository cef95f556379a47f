import { deepEqual, equal } from "node:assert/strict";
import { race } from "../../expect.js";
import { type CasesOf, storeCase, twoStoreCase } from "../store-harness.js";

export const settingCases: CasesOf<"settings"> = {
  keep: [
    storeCase("the first value of a name is kept", async (store) => {
      equal(await store.settings.keep("a.$b", "$one"), "$one");
      equal(await store.settings.keep("a.$b", "two"), "$one");
      equal(await store.settings.keep("other", ""), "");
      equal(await store.settings.keep("other", "two"), "", "an empty one too");
    }),
    twoStoreCase("of callers at the same time all find the one that was kept", async (stores) => {
      const found = await race(10, (index) => stores[index % 2 === 0 ? 0 : 1].settings.keep("key", `value ${index}`));
      deepEqual(new Set(found).size, 1);
    }),
  ],
};

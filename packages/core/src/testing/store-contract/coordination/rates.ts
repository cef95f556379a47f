import { deepEqual, equal, ok } from "node:assert/strict";
import { pause, race } from "../../expect.js";
import { type CasesOf, storeCase, twoStoreCase } from "../store-harness.js";

export const rateCases: CasesOf<"rates"> = {
  take: [
    twoStoreCase("two handles together never take more than the rate, and go on getting it", async (stores) => {
      const perSecond = 50;
      const start = Date.now();
      let taken = 0;
      const work = async (index: number): Promise<void> => {
        while (Date.now() - start < 500) {
          taken += await stores[index % 2 === 0 ? 0 : 1].rates.take("vendor", perSecond, 7);
          await pause(10);
        }
      };
      await race(4, work);
      const elapsedMs = Date.now() - start;
      const most = perSecond + (perSecond * elapsedMs) / 1_000 + 1;
      ok(taken <= most, `${taken} tokens in ${elapsedMs} ms at ${perSecond} a second`);
      await pause(200);
      ok((await stores[0].rates.take("vendor", perSecond, 1)) === 1, "a bucket fills again");
    }),
    storeCase("a bucket holds a second's worth at most, however long nobody takes", async (store) => {
      await store.rates.take("vendor", 20, 20);
      await pause(1_300);
      const taken = await store.rates.take("vendor", 20, 1_000);
      ok(taken >= 15 && taken <= 20, `${taken} tokens`);
      equal(Number.isInteger(taken), true);
    }),
    storeCase("a slow rate gives one token, and then waits", async (store) => {
      equal(await store.rates.take("campaign", 0.1, 5), 1, "a bucket holds at least one");
      equal(await store.rates.take("campaign", 0.1, 5), 0);
      equal(await store.rates.take("another", 0.1, 5), 1, "each name has its own");
    }),
    storeCase("nobody gets more than was wanted", async (store) => {
      equal(await store.rates.take("vendor", 1_000, 3), 3);
      equal(await store.rates.take("vendor", 1_000, 0), 0);
      ok((await store.rates.take("vendor", 1_000, 990)) > 900, "the rest is left");
    }),
  ],
  putBack: [
    storeCase("tokens put back are there to be taken, and never more than the bucket holds", async (store) => {
      equal(await store.rates.take("campaign", 0.001, 1), 1);
      await store.rates.putBack("campaign", 0.001, 1);
      equal(await store.rates.take("campaign", 0.001, 1), 1);
      equal(await store.rates.take("campaign", 0.001, 1), 0);
      equal(await store.rates.take("vendor", 1_000, 1), 1);
      await store.rates.putBack("vendor", 1_000, 5_000);
      await store.rates.putBack("unused", 3, 5_000);
      equal(await store.rates.take("vendor", 1_000, 9_000), 1_000);
      equal(await store.rates.take("unused", 3, 9_000), 3);
    }),
  ],
  lower: [
    twoStoreCase("of callers that race to lower a rate one does, until some time has passed", async (stores) => {
      const lower = (index: number, everyMs: number) =>
        stores[index % 2 === 0 ? 0 : 1].rates.lower("vendor", { perSecond: index, before: 100 }, everyMs);
      const won = await race(10, (index) => lower(index, 60_000));
      equal(won.filter(Boolean).length, 1);
      equal((await stores[0].rates.lowered("vendor"))?.perSecond, won.indexOf(true));
      equal(await lower(20, 60_000), false);
      equal((await stores[1].rates.lowered("vendor"))?.perSecond, won.indexOf(true));
      await pause(60);
      equal(await lower(30, 50), true);
      equal((await stores[0].rates.lowered("vendor"))?.perSecond, 30);
    }),
    storeCase("each name is lowered by itself, and no tokens are touched", async (store) => {
      equal(await store.rates.take("vendor", 10, 4), 4);
      equal(await store.rates.lower("vendor", { perSecond: 5, before: 10 }, 60_000), true);
      equal(await store.rates.lower("another", { perSecond: 5, before: 10 }, 60_000), true);
      ok((await store.rates.take("vendor", 10, 100)) >= 6);
      equal(await store.rates.take("another", 3, 100), 3, "a bucket that nobody has taken from is full");
    }),
  ],
  widen: [
    twoStoreCase("what callers that race add to a lowered rate all counts, while it is young", async (stores) => {
      const rates = (index: number) => stores[index % 2 === 0 ? 0 : 1].rates;
      equal(await rates(0).widen("vendor", { perSecond: 1, before: 2 }, 60_000), false, "there is nothing to add to");
      await rates(0).lower("vendor", { perSecond: 10, before: 20 }, 0);
      const added = await race(10, (index) => rates(index).widen("vendor", { perSecond: 1.5, before: index }, 60_000));
      ok(added.every(Boolean));
      await pause(60);
      equal(await rates(1).widen("vendor", { perSecond: 1, before: 2 }, 50), false, "it is too old");
      const { ageMs = 0, ...rate } = (await rates(1).lowered("vendor")) ?? {};
      deepEqual(rate, { perSecond: 25, before: 65 });
      ok(ageMs >= 50, `adding made it ${ageMs} ms young`);
    }),
  ],
  lowered: [
    storeCase("what a rate was lowered to stays, with its age", async (store) => {
      equal(await store.rates.lowered("vendor"), undefined);
      await store.rates.take("vendor", 10, 1);
      equal(await store.rates.lowered("vendor"), undefined);
      await store.rates.lower("vendor", { perSecond: 0.5, before: 12.25 }, 0);
      await pause(150);
      await store.rates.take("vendor", 10, 1);
      await store.rates.putBack("vendor", 10, 1);
      const { ageMs = 0, ...rate } = (await store.rates.lowered("vendor")) ?? {};
      deepEqual(rate, { perSecond: 0.5, before: 12.25 });
      ok(ageMs >= 100 && ageMs < 10_000, `${ageMs} ms`);
    }),
  ],
};

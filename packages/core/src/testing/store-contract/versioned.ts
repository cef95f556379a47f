import { deepEqual, equal } from "node:assert/strict";
import type { Store } from "../../ports/index.js";
import type { Versioned, VersionedRecord } from "../../ports/versioned.js";
import { race, readAll, rejectsAs } from "../expect.js";
import { ids } from "./given.js";
import { type CasesOfPort, storeCase, twoStoreCase } from "./store-harness.js";

export interface VersionedNoun<T extends VersionedRecord> {
  of(store: Store): Versioned<T>;
  /** A record of version 1 with everything in it that a store could lose. */
  readonly whole: T;
  /** One with as little as may be; of version 1, if nothing else is said. */
  bare(id: string, change?: { readonly version?: number }): T;
  readonly listed: "oldest first" | "newest first";
}

/** What every noun of versioned records promises. */
export function versionedCases<T extends VersionedRecord>({
  of,
  whole,
  bare,
  listed,
}: VersionedNoun<T>): CasesOfPort<Versioned<T>> {
  const either = (stores: readonly [Store, Store], index: number): Versioned<T> => of(stores[index % 2 === 0 ? 0 : 1]);
  return {
    insert: [
      storeCase("an insert never overwrites", async (store) => {
        await of(store).insert(whole);
        await rejectsAs("conflict", "inserting again", () => of(store).insert(bare(whole.id)));
        deepEqual(await of(store).get(whole.id), whole);
      }),
    ],
    get: [
      storeCase("a record comes back as it went in, and an unknown one is not there", async (store) => {
        await of(store).insert(whole);
        await of(store).insert(bare("r2"));
        deepEqual(await of(store).get(whole.id), whole);
        deepEqual(await of(store).get("r2"), bare("r2"));
        equal(await of(store).get("r3"), undefined);
      }),
    ],
    list: [
      storeCase(`lists are by id, the ${listed}, and paging covers each once while records are added`, async (store) => {
        const before = ids("m", 12);
        for (const id of [...before.slice(6), ...before.slice(0, 6).reverse()]) await of(store).insert(bare(id));
        const seen = await readAll(
          5,
          (page) => of(store).list(page),
          async (pages) => {
            for (const prefix of ["a", "z"]) await of(store).insert(bare(`${prefix}${pages}`));
          },
        );
        const seenIds = seen.map(({ id }) => id);
        deepEqual(seenIds.slice(0, 12), listed === "oldest first" ? before : [...before].reverse());
        equal(new Set(seenIds).size, seenIds.length, "none twice");
        deepEqual(seen[0], bare(seenIds[0] ?? ""));
      }),
    ],
    replace: [
      storeCase("a write that expects another version changes nothing", async (store) => {
        await of(store).insert(whole);
        equal(await of(store).replace(bare(whole.id, { version: 3 }), 2), false);
        equal(await of(store).replace(bare("r9"), 1), false, "there is nothing to replace");
        equal(await of(store).get("r9"), undefined);
        deepEqual(await of(store).get(whole.id), whole);
        const next = bare(whole.id, { version: 2 });
        equal(await of(store).replace(next, 1), true);
        deepEqual(await of(store).get(whole.id), next, "what the old version had besides went with it");
        equal(await of(store).replace(next, 1), false);
      }),
      twoStoreCase("of 20 racing writes one wins", async (stores) => {
        await of(stores[0]).insert(whole);
        const won = await race(20, (index) => either(stores, index).replace({ ...whole, version: 2 + index }, 1));
        equal(won.filter(Boolean).length, 1, "one winner");
        deepEqual(await of(stores[1]).get(whole.id), { ...whole, version: 2 + won.indexOf(true) }, "the winner's write stands");
      }),
    ],
    delete: [
      twoStoreCase("deleting is compare-and-set, for one of any number", async (stores) => {
        await of(stores[0]).insert(bare("r1", { version: 4 }));
        await of(stores[0]).insert(bare("r2"));
        equal(await of(stores[0]).delete("r1", 3), false);
        equal(await of(stores[0]).delete("r3", 1), false, "there is nothing to delete");
        equal((await of(stores[1]).get("r1"))?.version, 4);
        const deleted = await race(20, (index) => either(stores, index).delete("r1", 4));
        equal(deleted.filter(Boolean).length, 1);
        equal(await of(stores[1]).get("r1"), undefined);
        equal((await of(stores[1]).get("r2"))?.version, 1);
      }),
    ],
  };
}

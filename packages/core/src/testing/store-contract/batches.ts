import { deepEqual, equal } from "node:assert/strict";
import type { BatchRecord, Fates, Identities, PartState, Rejection, StoredBatch } from "../../model/batch.js";
import type { Store } from "../../ports/index.js";
import { pause, race, readAll } from "../expect.js";
import { START } from "./given.js";
import { type CasesOf, storeCase, twoStoreCase } from "./store-harness.js";

export const batchCases: CasesOf<"batches"> = {
  insert: [
    storeCase("an insert leaves a batch that is there as it is", async (store) => {
      await store.batches.insert(batch("b1"));
      await store.batches.seal("b1", { received: 2, truncated: true });
      await store.batches.record([fates("b1", 0, 1, [])]);
      await store.batches.insert({ id: "b1", kind: "orders", createdAt: START + 1 });
      deepEqual(await outcome(store, "b1"), { status: "processing", received: 2, accepted: 1, rejected: 0, truncated: true });
      deepEqual([(await store.batches.get("b1"))?.kind, (await store.batches.get("b1"))?.createdAt], ["customers", START]);
    }),
  ],
  seal: [
    storeCase("a batch is completed when it is sealed and every row has its fate", async (store) => {
      await store.batches.insert(batch("b1"));
      await store.batches.record([fates("b1", 0, 3, [2])]);
      await store.batches.seal("b1", { received: 6, truncated: false });
      deepEqual(await outcome(store, "b1"), { status: "processing", received: 6, accepted: 3, rejected: 1, truncated: false });
      await store.batches.record([fates("b1", 1, 0, [5, 6])]);
      deepEqual(await outcome(store, "b1"), { status: "completed", received: 6, accepted: 3, rejected: 3, truncated: false });
    }),
    storeCase("of two seals the later call wins", async (store) => {
      await store.batches.insert(batch("b1"));
      await store.batches.seal("b1", { received: 5, truncated: true });
      await store.batches.seal("b1", { received: 9, truncated: false });
      deepEqual(await outcome(store, "b1"), { status: "processing", received: 9, accepted: 0, rejected: 0, truncated: false });
    }),
  ],
  record: [
    storeCase("fates are written once, and another recording changes nothing", async (store) => {
      await store.batches.insert(batch("b1"));
      await store.batches.insert(batch("b2"));
      await store.batches.seal("b1", { received: 9, truncated: false });
      for (let times = 0; times < 3; times++)
        await store.batches.record([fates("b1", 0, 3, [4, 2]), fates("b1", 1, 3, []), fates("b2", 0, 1, [])]);
      await store.batches.record([fates("b1", 0, 0, [1, 2, 3, 4, 5]), fates("b1", 1, 0, [6, 7, 8])]);
      deepEqual(await outcome(store, "b1"), { status: "processing", received: 9, accepted: 6, rejected: 2, truncated: false });
      deepEqual(await readAll(10, (page) => store.batches.rejections("b1", page)), [2, 4].map(rejection));
      await store.batches.record([fates("b1", 1, 0, [6]), fates("b1", 2, 1, []), fates("b1", 2, 0, [9])]);
      deepEqual(await outcome(store, "b1"), { status: "completed", received: 9, accepted: 7, rejected: 2, truncated: false });
      equal((await store.batches.get("b2"))?.accepted, 1);
    }),
    storeCase("what accepted rows did adds up over the parts", async (store) => {
      await store.batches.insert(batch("b1"));
      await store.batches.record([{ ...fates("b1", 0, 0, [4]), added: 3, changed: 2, unchanged: 1 }]);
      await store.batches.record([{ ...fates("b1", 1, 0, []), added: 10, changed: 0, unchanged: 7 }]);
      const { added, changed, unchanged, accepted, rejected } = await batchOf(store, "b1");
      deepEqual(
        { added, changed, unchanged, accepted, rejected },
        { added: 13, changed: 2, unchanged: 8, accepted: 23, rejected: 1 },
      );
      const { items } = await store.batches.list({}, { limit: 1 });
      deepEqual(
        items.map(({ added, changed, unchanged }) => [added, changed, unchanged]),
        [[13, 2, 8]],
      );
    }),
    twoStoreCase("fates recorded by several callers at once count once", async (stores) => {
      await stores[0].batches.insert(batch("b1"));
      await stores[0].batches.seal("b1", { received: 50, truncated: false });
      await race(20, async (index) =>
        stores[index % 2 === 0 ? 0 : 1].batches.record([fates("b1", index >> 1, 4, [(index >> 1) * 5 + 1])]),
      );
      deepEqual(await outcome(stores[1], "b1"), {
        status: "completed",
        received: 50,
        accepted: 40,
        rejected: 10,
        truncated: false,
      });
    }),
    storeCase("a single object's batch is made with its fate, and is completed", async (store) => {
      for (let times = 0; times < 2; times++)
        await store.batches.record([{ ...fates("b1", 0, 1, []), kind: "orders", single: true }]);
      deepEqual(await outcome(store, "b1"), { status: "completed", received: 1, accepted: 1, rejected: 0, truncated: false });
      equal((await store.batches.get("b1"))?.kind, "orders");
      await store.batches.record([{ ...fates("b2", 0, 0, [1]), single: true }]);
      deepEqual(await outcome(store, "b2"), { status: "completed", received: 1, accepted: 0, rejected: 1, truncated: false });
    }),
  ],
  findParts: [
    storeCase("parts stand in the order asked for, a part that nobody knows has nothing", async (store) => {
      await store.batches.identify([identified("b1", 1, ["c1"]), identified("b1", 2, ["c2"])]);
      await store.batches.record([fates("b1", 2, 1, []), fates("b1", 10, 0, [1])]);
      const asked = [10, 0, 2, 1].map((part) => ({ batchId: "b1", part }));
      deepEqual(await store.batches.findParts([...asked, { batchId: "b", part: 11 }]), [
        DONE,
        UNKNOWN,
        DONE,
        standing(["c1"]),
        UNKNOWN,
      ]);
      deepEqual(await store.batches.findParts([]), []);
    }),
  ],
  identify: [
    storeCase("identities are written once, and go with the part's fates", async (store) => {
      await store.batches.insert(batch("b1"));
      deepEqual(await store.batches.identify([identified("b1", 0, ["c1", "c2"])]), [standing(["c1", "c2"])]);
      const again = [identified("b1", 1, ["c3"]), identified("b1", 0, ["c4", "c5"]), identified("b1", 1, ["c6"])];
      deepEqual(await store.batches.identify(again), [standing(["c3"]), standing(["c1", "c2"]), standing(["c3"])]);
      deepEqual(await outcome(store, "b1"), { status: "processing", received: 0, accepted: 0, rejected: 0, truncated: false });
      await store.batches.record([fates("b1", 0, 2, [])]);
      deepEqual(await store.batches.identify([identified("b1", 0, ["c7"]), identified("b1", 2, ["c8"])]), [
        DONE,
        standing(["c8"]),
      ]);
      deepEqual(await store.batches.findParts([{ batchId: "b1", part: 0 }]), [DONE]);
      deepEqual(await store.batches.identify([]), []);
      equal((await store.batches.get("b1"))?.accepted, 2);
    }),
    twoStoreCase("several callers at once get the same identities", async (stores) => {
      const answers = await race(20, (index) =>
        stores[index % 2 === 0 ? 0 : 1].batches.identify(["b1", "b2"].map((id) => identified(id, 0, [`c${index}`]))),
      );
      const first = answers[0]?.[0]?.identities[0]?.customerId ?? "";
      deepEqual(new Set(answers.map(([state]) => state?.identities[0]?.customerId)), new Set([first]));
      deepEqual(await stores[1].batches.findParts([{ batchId: "b1", part: 0 }]), [standing([first])]);
    }),
  ],
  get: [
    storeCase("an upload that runs is processing, with what is known so far", async (store) => {
      await store.batches.insert(batch("b1"));
      await store.batches.record([fates("b1", 0, 3, [2])]);
      deepEqual(await outcome(store, "b1"), { status: "processing", received: 4, accepted: 3, rejected: 1, truncated: false });
      deepEqual((await store.batches.get("b1"))?.errors, [rejection(2)]);
      equal((await store.batches.get("b1"))?.kind, "customers");
      equal((await store.batches.get("b1"))?.createdAt, START);
      equal(await store.batches.get("b2"), undefined);
    }),
  ],
  list: [
    storeCase("lists are newest first, of all or of one kind, with three errors each", async (store) => {
      for (const [id, kind, age] of [
        ["b1", "customers", 5],
        ["b2", "orders", 9],
        ["b3", "customers", 9],
        ["b4", "customers", 1],
      ] as const) {
        await store.batches.insert({ id, kind, createdAt: START - age });
        await store.batches.record([{ ...fates(id, 0, 2, [1, 2, 3, 4]), kind }]);
      }
      const all = await readAll(3, (page) => store.batches.list({}, page));
      deepEqual(
        all.map(({ id }) => id),
        ["b4", "b1", "b3", "b2"],
      );
      deepEqual(
        all.map(({ accepted, rejected, errors }) => [accepted, rejected, errors.length]),
        all.map(() => [2, 4, 3]),
      );
      deepEqual(
        (await readAll(1, (page) => store.batches.list({ kind: "customers" }, page))).map(({ id }) => id),
        ["b4", "b1", "b3"],
      );
      deepEqual(
        (await readAll(10, (page) => store.batches.list({ kind: "orders" }, page))).map(({ id }) => id),
        ["b2"],
      );
    }),
  ],
  rejections: [
    storeCase("rejections are paged by row, and a batch shows its first hundred", async (store) => {
      await store.batches.insert(batch("b1"));
      const rows = Array.from({ length: 130 }, (_, index) => index * 3 + 1);
      const parts = [rows.slice(100), rows.slice(0, 60), rows.slice(60, 100)];
      await store.batches.record(parts.map((part, index) => fates("b1", index, 0, part)));
      await store.batches.insert(batch("b2"));
      await store.batches.record([fates("b2", 0, 0, [2])]);
      deepEqual(await readAll(40, (page) => store.batches.rejections("b1", page)), rows.map(rejection));
      const status = await store.batches.get("b1");
      deepEqual(status?.errors, rows.slice(0, 100).map(rejection));
      equal(status?.rejected, 130);
      deepEqual(await store.batches.rejections("b3", { limit: 10 }), { items: [], nextCursor: null });
    }),
    storeCase("of many rejections some are kept, and all are counted, however often they are recorded", async (store) => {
      await store.batches.insert(batch("b1"));
      const [each, most] = [3_000, 10_000];
      const rowsOf = (part: number) => Array.from({ length: each }, (_, index) => part * each + index + 1);
      const parts = [0, 1, 2, 3, 4].map((part) => fates("b1", part, 1, rowsOf(part)));
      for (const part of parts) await store.batches.record([part], most);
      for (const part of parts) await store.batches.record([part], most);
      await store.batches.seal("b1", { received: 5 * (each + 1), truncated: false });
      deepEqual(await outcome(store, "b1"), {
        ...{ status: "completed", received: 5 * (each + 1), accepted: 5, rejected: 5 * each, truncated: false },
      });
      const kept = await readAll(1_000, (page) => store.batches.rejections("b1", page));
      deepEqual(
        kept.map(({ row }) => row),
        Array.from({ length: most }, (_, index) => index + 1),
      );
      await store.batches.insert(batch("b2"));
      await store.batches.record([fates("b2", 0, 0, rowsOf(4)), fates("b1", 5, 0, rowsOf(5))], most);
      deepEqual((await store.batches.get("b2"))?.errors.length, 100, "another batch has its own room");
      deepEqual((await store.batches.get("b1"))?.rejected, 6 * each);
    }),
    storeCase("a rejection's text comes back as it went in", async (store) => {
      const awkward: Rejection = { row: 7, path: "items.0.$price", message: 'must be “a decimal” – not {"$ne": null} 😀\nline' };
      await store.batches.insert(batch("b1"));
      await store.batches.record([{ ...fates("b1", 0, 0, []), rejections: [awkward] }]);
      deepEqual((await store.batches.rejections("b1", { limit: 10 })).items, [awkward]);
    }),
    storeCase("a rejection keeps its line, where it has one", async (store) => {
      const placed = [{ ...rejection(2), line: 3 }, rejection(4), { ...rejection(5), line: 9_000_000_000 }];
      await store.batches.insert(batch("b1"));
      await store.batches.record([{ ...fates("b1", 0, 0, []), rejections: placed }]);
      deepEqual((await store.batches.rejections("b1", { limit: 10 })).items, placed);
      deepEqual((await store.batches.get("b1"))?.errors, placed);
    }),
  ],
  touch: [
    storeCase("an upload that is touched is not abandoned", async (store) => {
      await store.batches.insert(batch("b1"));
      await pause(1_200);
      await store.batches.touch("b1", 10);
      equal(await store.batches.sealAbandoned(1_000), 0);
      deepEqual(await outcome(store, "b1"), { status: "processing", received: 0, accepted: 0, rejected: 0, truncated: false });
    }),
  ],
  sealAbandoned: [
    storeCase("an upload that nobody touches is sealed as truncated, with the rows it had queued", async (store) => {
      await store.batches.insert(batch("quiet"));
      await store.batches.touch("quiet", 30);
      await store.batches.touch("quiet", 40);
      await store.batches.insert(batch("untouched"));
      await store.batches.insert(batch("sealed"));
      await store.batches.seal("sealed", { received: 5, truncated: false });
      await pause(50);
      equal(await store.batches.sealAbandoned(60_000), 0, "none has been idle for so long");
      await store.batches.insert(batch("alive"));
      const idleMs = 40;
      await store.batches.touch("alive", 10);
      const sealed = await store.batches.sealAbandoned(idleMs);
      const known = await Promise.all(["quiet", "untouched", "sealed"].map((id) => outcome(store, id)));
      deepEqual(
        known.map(({ received, truncated }) => [received, truncated]),
        [
          [40, true],
          [0, true],
          [5, false],
        ],
      );
      equal(sealed >= 2, true);
      equal(await store.batches.sealAbandoned(60_000), 0);
    }),
  ],
  readingSince: [
    storeCase("the first beginning of the uploads that are not sealed", async (store) => {
      equal(await store.batches.readingSince(), undefined);
      for (const [id, at] of [
        ["b1", 3],
        ["b2", 1],
        ["b3", 2],
      ] as const) {
        await store.batches.insert({ ...batch(id), createdAt: START + at });
      }
      await store.batches.record([{ ...fates("single", 0, 1, []), single: true }]);
      equal(await store.batches.readingSince(), START + 1);
      await store.batches.seal("b2", { received: 1, truncated: false });
      equal(await store.batches.readingSince(), START + 2);
      for (const id of ["b1", "b3"]) await store.batches.seal(id, { received: 1, truncated: true });
      equal(await store.batches.readingSince(), undefined);
    }),
  ],
};

function batch(id: string): BatchRecord {
  return { id, kind: "customers", createdAt: START };
}

const UNKNOWN: PartState = { hasFates: false, identities: [] };
const DONE: PartState = { hasFates: true, identities: [] };

function standing(customerIds: readonly string[]): PartState {
  return { hasFates: false, identities: customerIds.map((customerId, index) => ({ row: 2 * index + 1, customerId })) };
}

function identified(batchId: string, part: number, customerIds: readonly string[]): Identities {
  return { batchId, part, identities: standing(customerIds).identities };
}

function fates(batchId: string, part: number, accepted: number, rejectedRows: readonly number[]): Fates {
  const added = Math.ceil(accepted / 2);
  const effects = { added, changed: accepted - added, unchanged: 0 };
  return { batchId, part, kind: "customers", single: false, ...effects, rejections: rejectedRows.map(rejection) };
}

function rejection(row: number): Rejection {
  return { row, path: "email", message: `row ${row} is wrong` };
}

async function batchOf(store: Store, id: string): Promise<StoredBatch> {
  const found = await store.batches.get(id);
  if (!found) throw new Error(`there is no batch ${id}`);
  return found;
}

async function outcome(
  store: Store,
  id: string,
): Promise<{
  readonly status?: string | undefined;
  readonly received?: number | undefined;
  readonly accepted?: number | undefined;
  readonly rejected?: number | undefined;
  readonly truncated: boolean;
}> {
  const found = await store.batches.get(id);
  return {
    status: found?.status,
    received: found?.received,
    accepted: found?.accepted,
    rejected: found?.rejected,
    truncated: found?.truncated ?? false,
  };
}

import { deepEqual, equal, ok } from "node:assert/strict";
import { type ErasureRequest, foldErasure, type StoredErasure, withProgress } from "../../model/erasure.js";
import type { Store } from "../../ports/index.js";
import { race } from "../expect.js";
import { hashOf, START, stamp } from "./given.js";
import { type CasesOf, storeCase, twoStoreCase } from "./store-harness.js";

export const erasureCases: CasesOf<"erasures"> = {
  begin: [
    storeCase("requests fold, in whatever order and how often they come", async (store) => {
      const requests = [request("a.$b", 1, "x"), request("a.$b", 3, "y"), request("a.$b", 2, "x"), request("a.$b", 3, "z")];
      for (const one of [...requests, ...requests.reverse()]) await store.erasures.begin(one);
      const { addresses, ...latest } = (await store.erasures.get("a.$b")) ?? foldErasure(undefined, request("", 0));
      deepEqual(latest, { customerId: "a.$b", stamp: stamp(3), requestedAt: START + 3 });
      deepEqual(addresses.map((address) => `${address.field} ${address.hash} ${address.stamp - stamp(0)}`).sort(), [
        "email 1:x 1",
        "email 1:x 2",
        "email 1:y 3",
        "email 1:z 3",
      ]);
    }),
    storeCase("a later one begins anew, and an earlier one leaves it as it is", async (store) => {
      await store.erasures.begin(request("c1", 2, "x"));
      await complete(store, "c1");
      await store.erasures.begin(request("c1", 1, "y"));
      equal((await store.erasures.get("c1"))?.completedAt, START);
      await store.erasures.begin(request("c1", 3));
      deepEqual(
        (await store.erasures.running(9)).map(({ customerId, marks }) => [customerId, marks]),
        [["c1", undefined]],
      );
    }),
    twoStoreCase("of requests that come from several callers at once none is lost", async (stores) => {
      await race(12, (index) => stores[index % 2 === 0 ? 0 : 1].erasures.begin(request("c1", index, `x${index}`)));
      const erasure = await stores[0].erasures.get("c1");
      deepEqual([erasure?.stamp, erasure?.addresses.length], [stamp(11), 12]);
    }),
  ],
  get: [
    storeCase("there is none of an id that was never erased", async (store) => {
      await store.erasures.begin(request("c1", 1, "x"));
      equal(await store.erasures.get("c2"), undefined);
    }),
  ],
  running: [
    storeCase("those that are not complete, the earliest first, and no more than are asked for", async (store) => {
      for (const [id, count] of [
        ["c1", 3],
        ["c2", 1],
        ["c3", 2],
        ["c4", 4],
      ] as const)
        await store.erasures.begin(request(id, count));
      await complete(store, "c3");
      const ids = async (limit: number) => (await store.erasures.running(limit)).map(({ customerId }) => customerId);
      deepEqual(
        [await ids(9), await ids(2)],
        [
          ["c2", "c1", "c4"],
          ["c2", "c1"],
        ],
      );
    }),
  ],
  findAddresses: [
    storeCase("each address that was erased has the stamps of all its erasures, whoever had it", async (store) => {
      await store.erasures.begin({ ...request("c1", 1, "x"), addressHashes: { email: hashOf("x"), phone: hashOf("p") } });
      await store.erasures.begin(request("c2", 2, "x"));
      await store.erasures.begin(request("c2", 3, "y"));
      const found = await store.erasures.findAddresses([hashOf("p"), hashOf("x"), hashOf("none"), hashOf("x")]);
      deepEqual([...found].map(([hash, stamps]) => [hash, [...stamps].sort()]).sort(), [
        [hashOf("p"), [stamp(1)]],
        [hashOf("x"), [stamp(1), stamp(2)]],
      ]);
      equal((await store.erasures.findAddresses([])).size, 0);
    }),
  ],
  advance: [
    storeCase("marks are those that were noted last, and go with completion where it says none", async (store) => {
      await store.erasures.begin(request("c1", 1, "x"));
      const begun = await found(store, "c1");
      const marks = { customers: '{"a.$b":1}', orders: "" };
      await store.erasures.advance([withProgress(begun, { marks, completedAt: undefined })]);
      deepEqual(await found(store, "c1"), { ...begun, marks });
      await store.erasures.advance([withProgress(begun, { marks: {}, completedAt: undefined })]);
      deepEqual((await found(store, "c1")).marks, {});
      await store.erasures.advance([withProgress(begun, { marks: undefined, completedAt: START })]);
      deepEqual(await found(store, "c1"), { ...begun, completedAt: START });
      await store.erasures.advance([]);
    }),
    storeCase("what is noted of an erasure says nothing of a later one, nor of another's", async (store) => {
      await store.erasures.begin(request("c1", 1));
      const before = await found(store, "c1");
      await store.erasures.begin(request("c1", 2));
      await store.erasures.begin(request("c2", 1));
      await store.erasures.advance([withProgress(before, { marks: {}, completedAt: START })]);
      deepEqual(
        (await store.erasures.running(9)).map(({ customerId, marks }) => [customerId, marks]),
        [
          ["c2", undefined],
          ["c1", undefined],
        ],
      );
    }),
  ],
  purge: [
    storeCase("comes to an end, and leaves what is there", async (store) => {
      await store.erasures.begin(request("c1", 1, "x"));
      let tries = 0;
      while (!(await store.erasures.purge())) ok(++tries < 100, "the store's files can be purged");
      equal((await found(store, "c1")).addresses.length, 1);
    }),
  ],
};

function request(customerId: string, count: number, address?: string): ErasureRequest {
  const addressHashes = address === undefined ? {} : { email: hashOf(address) };
  return { customerId, stamp: stamp(count), requestedAt: START + count, addressHashes };
}

async function found(store: Store, customerId: string): Promise<StoredErasure> {
  const erasure = await store.erasures.get(customerId);
  if (!erasure) throw new Error(`there is no erasure of ${customerId}`);
  return erasure;
}

async function complete(store: Store, customerId: string): Promise<void> {
  await store.erasures.advance([withProgress(await found(store, customerId), { marks: {}, completedAt: START })]);
}

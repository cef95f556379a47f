import { deepEqual, equal } from "node:assert/strict";
import { compareCodePoints } from "../../../model/code-points.js";
import type { StoredCommunication } from "../../../model/communication-log.js";
import type { ClaimRef } from "../../../ports/claims.js";
import type { FoundBy } from "../../../ports/communications.js";
import type { Store } from "../../../ports/index.js";
import { isRowWanted, type RowFilter } from "../../../query/condition/row-filter.js";
import { readAll } from "../../expect.js";
import { addCustomers, CALL_MS, claimAll, fact, ids, planned, planOf, refOf, stamp } from "../given.js";
import { type CasesOf, storeCase } from "../store-harness.js";

/** Ids of customers, some of which begin as addresses do, and the address that each is called at, if any. */
const PEOPLE: readonly (readonly [id: string, to?: string])[] = [
  ["ann", "ann@example.com"],
  ["Ann", "bob@example.com"],
  ["annex"],
  ["c1", "ann-marie@example.com"],
  ["c2", "anna@example.com"],
  ["c3", "anna@example.com"],
  ["c4", "+4915112345"],
  ["+49", "carl@example.com"],
  ["😀", "\u{10FFFF}@example.com"],
  ["\uFFEE", "%_@example.com"],
  ["%_"],
];
const PREFIXES = [
  "a",
  "an",
  "ann",
  "anna",
  "A",
  "c",
  "c1",
  "+",
  "+49",
  "+4915",
  "b",
  "😀",
  "\u{10FFFF}",
  "\uFFEE",
  "%",
  "_",
  "k",
  "q",
];

/** Calls everybody who has an address there, under claims that it returns. */
async function called(
  store: Store,
  campaignId: string,
  people: readonly (readonly [id: string, to?: string])[],
): Promise<readonly ClaimRef[]> {
  const addresses = new Map(people.map(([id, to]) => [`${campaignId}:${id}`, to]));
  const refs: ClaimRef[] = [];
  for (;;) {
    const claimed = await claimAll(store, campaignId);
    if (claimed.length === 0) return refs;
    const calls = claimed.flatMap((row) => {
      const to = addresses.get(row.id);
      return to === undefined ? [] : [{ ...refOf(row), to }];
    });
    await store.claims.beginCalls(calls, CALL_MS);
    refs.push(...claimed.map(refOf));
  }
}

async function rowsOf(store: Store, campaignId: string): Promise<readonly StoredCommunication[]> {
  return readAll(1_000, (page) => store.communications.list({ campaignId }, page));
}

/** By the definition. */
function found(rows: readonly StoredCommunication[], prefix: string, filter: RowFilter): readonly string[] {
  const wanted = rows.filter((row) => isRowWanted(row, filter));
  const byId = wanted.filter(({ customerId }) => customerId.startsWith(prefix));
  const byAddress = wanted.filter(({ to, customerId }) => to?.startsWith(prefix) && !customerId.startsWith(prefix));
  byId.sort((a, b) => compareCodePoints(a.customerId, b.customerId));
  byAddress.sort((a, b) => compareCodePoints(a.to ?? "", b.to ?? "") || compareCodePoints(a.customerId, b.customerId));
  return [...byId, ...byAddress].map(({ id }) => id);
}

async function search(store: Store, prefix: string, filter: RowFilter, limit = 100): Promise<readonly string[]> {
  const wanted: FoundBy = { campaignId: "k1", search: { customerId: prefix, address: prefix }, ...filter };
  return (await readAll(limit, (page) => store.communications.search(wanted, page))).map(({ id }) => id);
}

export const reasonCases: CasesOf<"communications">["list"] = [
  storeCase("rows are listed by the reason for which they failed or were skipped", async (store) => {
    for (const campaignId of ["k1", "k2"]) await planned(store, campaignId, ids("c", 9));
    await store.communications.record([
      fact("k1:c002", "failed", { reason: "erased" }),
      fact("k1:c003", "failed", { reason: "full" }),
      fact("k1:c004", "failed"),
      fact("k1:c005", "bounced", { reason: "full" }),
      fact("k1:c007", "failed", { reason: "full" }),
      fact("k2:c001", "failed", { reason: "full" }),
    ]);
    const [skipped] = (await claimAll(store, "k1", 60_000)).filter(({ customerId }) => customerId === "c006");
    if (skipped) await store.claims.skip([{ ...refOf(skipped), reason: "erased" }]);
    const list = async (filter: RowFilter & { readonly campaignId?: string }) =>
      (await readAll(1, (page) => store.communications.list(filter, page))).map(({ id }) => id);
    const { failedBy, skippedBy } = await store.communications.stats("k1");
    deepEqual([failedBy, skippedBy], [{ erased: 1, full: 2, failed: 1 }, { erased: 1 }]);
    deepEqual(await list({ campaignId: "k1", reason: "full" }), ["k1:c003", "k1:c007"]);
    deepEqual(await list({ campaignId: "k1", reason: "erased" }), ["k1:c002", "k1:c006"]);
    deepEqual(await list({ campaignId: "k1", reason: "erased", status: "skipped" }), ["k1:c006"]);
    deepEqual(await list({ campaignId: "k1", reason: "failed" }), ["k1:c004"]);
    deepEqual(await list({ campaignId: "k1", reason: "full", status: "bounced" }), ["k1:c005"]);
    deepEqual(await list({ campaignId: "k1", reason: "full", status: "delivered" }), []);
    deepEqual(await list({ campaignId: "k1", reason: "none" }), []);
    deepEqual(await list({ reason: "full" }), ["k1:c003", "k1:c007", "k2:c001"]);
  }),
];

export const foundRowsCases: CasesOf<"communications">["search"] = [
  storeCase("rows are found by the beginning of their customer's id, then of their address, each once", async (store) => {
    await addCustomers(
      store,
      PEOPLE.map(([id]) => id),
    );
    for (const campaignId of ["k1", "k12"]) {
      await store.communications.plan(planOf(campaignId));
      await called(store, campaignId, PEOPLE);
    }
    await store.communications.record([
      fact("k1:c2", "failed", { reason: "full" }),
      fact("k1:ann", "failed", { reason: "busy" }),
      fact("k1:c1", "delivered"),
    ]);
    const rows = await rowsOf(store, "k1");
    equal(rows.length, PEOPLE.length);
    for (const filter of [{}, { status: "failed" }, { reason: "full" }, { reason: "busy", status: "skipped" }] as const)
      for (const prefix of PREFIXES)
        for (const limit of [1, 2, 100])
          deepEqual(
            await search(store, prefix, filter, limit),
            found(rows, prefix, filter),
            `${prefix} ${JSON.stringify(filter)} by ${limit}`,
          );
    deepEqual(
      (await store.communications.search({ campaignId: "k1", search: { customerId: "ann", address: "q" } }, { limit: 1 })).items,
      [rows.find(({ customerId }) => customerId === "ann")],
    );
    deepEqual(await search(store, "c", {}), ["k1:c1", "k1:c2", "k1:c3", "k1:c4", "k1:+49"]);
  }),
  storeCase("of very many that begin so, pages give each once, however few are wanted", async (store) => {
    const people = ids("c", 2_300).map(
      (id, index) => [id, `${index % 3 === 0 ? "c" : "d"}${(index * 7_919) % 2_301}@x.org`] as const,
    );
    await planned(
      store,
      "k1",
      people.map(([id]) => id),
    );
    await called(store, "k1", people);
    await store.communications.record(["k1:c000", "k1:c1500", "k1:c2299"].map((id) => fact(id, "failed", { reason: "full" })));
    const rows = await rowsOf(store, "k1");
    for (const [prefix, filter] of [
      ["c", { status: "failed" }],
      ["d", { reason: "full" }],
      ["c", {}],
      ["d", {}],
    ] as const)
      deepEqual(await search(store, prefix, filter, 700), found(rows, prefix, filter), `${prefix} ${JSON.stringify(filter)}`);
  }),
  storeCase("an address that was erased is found no more, nor one that was replaced", async (store) => {
    await planned(store, "k1", ["c1", "c2", "c3"]);
    const refs = await called(store, "k1", [
      ["c1", "ann@example.com"],
      ["c2", "anna@example.com"],
      ["c3", "ann-marie@example.com"],
    ]);
    deepEqual(await search(store, "ann", {}), ["k1:c3", "k1:c1", "k1:c2"]);
    await store.customers.erase("c1", stamp(1));
    await store.claims.release(refs.filter(({ id }) => id === "k1:c3").map((ref) => ({ ...ref, delayMs: 0 })));
    await called(store, "k1", [["c3", "bea@example.com"]]);
    deepEqual([await search(store, "ann", {}), await search(store, "bea", {})], [["k1:c2"], ["k1:c3"]]);
    deepEqual(await search(store, "c1", {}), ["k1:c1"]);
  }),
];

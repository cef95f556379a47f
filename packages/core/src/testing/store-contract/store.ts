import { deepEqual, equal, ok } from "node:assert/strict";
import type { Nouns, Store } from "../../ports/index.js";
import type { Page, PageRequest } from "../../ports/page.js";
import { rejectsAs } from "../expect.js";
import {
  addCustomers,
  campaign,
  customerOf,
  EVERYONE,
  fact,
  heartbeat,
  ids,
  LONG_LEASE_MS,
  logOf,
  order,
  planned,
  planOf,
  START,
  segment,
} from "./given.js";
import { storedMap } from "./maps.js";
import { type StoreCase, storeCase, twoStoreCase } from "./store-harness.js";

export const storeCases: readonly StoreCase[] = [
  storeCase("store: it says what it is", async (store) => {
    const info = await store.info();
    ok(info.name.length > 0 && info.version.length > 0);
    equal(typeof info.durable, "boolean");
    ok(info.durable || info.warnings.length > 0, "a store that is not durable warns of it");
    for (const warning of info.warnings) ok(warning.length > 0);
  }),
  twoStoreCase("store: what one handle has written, another reads at once", async ([store, other]) => {
    for (const id of ids("c", 10)) {
      await store.orders.apply([order(`o-${id}`, id)]);
      deepEqual([(await other.orders.get(`o-${id}`))?.customerId, (await customerOf(other, id)).orderCount], [id, 1]);
      await other.customers.apply([{ id, stamp: START * 1_000 + 1, fields: { name: id } }]);
      equal((await customerOf(store, id)).name, id);
    }
    equal(await other.customers.count(EVERYONE), 10);
  }),
  storeCase("store: a cursor that no page gave is refused", async (store) => {
    for (const cursor of ["garbage", "%", "e30", "W10", "W3siJG5lIjpudWxsfV0"]) {
      for (const [name, list] of listsOf(store))
        await rejectsAs("invalid", `${name} from ${cursor}`, () => list({ limit: 10, cursor }));
    }
  }),
  twoStoreCase("store: closing waits for calls in flight, and what they wrote is there", async ([store, other]) => {
    await store.info();
    const writes = ids("c", 20).map((id) => store.orders.apply([order(`o-${id}`, id)]));
    const closing = store.close();
    for (const outcomes of await Promise.all(writes)) deepEqual(outcomes, ["added"]);
    await closing;
    equal(await other.customers.count(EVERYONE), 20);
  }),
  twoStoreCase("store: closing twice is harmless, and leaves other handles alone", async ([store, other]) => {
    await addCustomers(store, ["c1"]);
    await Promise.all([store.close(), store.close()]);
    await store.close();
    await addCustomers(other, ["c2"]);
    equal(await other.customers.count(EVERYONE), 2);
  }),
  storeCase("store: after closing every call rejects as closed", async (store) => {
    await planned(store, "k1", ["c1"]);
    await store.close();
    await rejectsAs("closed", "info", () => store.info());
    for (const [noun, calls] of Object.entries(callsOf(store))) {
      for (const [member, call] of Object.entries(calls)) await rejectsAs("closed", `${noun}.${member}`, call);
    }
  }),
  {
    name: "store: with every handle closed and one opened again, everything is there",
    needs: "durable",
    run: async (harness) => {
      const store = await harness.open();
      await planned(store, "k1", ["c1", "c2"]);
      await store.orders.apply([order("o1", "c1")]);
      await store.segments.insert(segment("s1"));
      await store.campaigns.insert(campaign("k1", { status: "running" }));
      await store.communications.record([fact("k1:c1", "sent")]);
      await store.batches.record([
        { batchId: "b1", part: 0, kind: "orders", single: true, added: 1, changed: 0, unchanged: 0, rejections: [] },
      ]);
      await store.settings.keep("key", "kept");
      await store.suppressions.record([{ channel: "email", hash: "1:x", kind: "bounced", at: START }]);
      const epoch = (await store.leases.acquire("name", LONG_LEASE_MS)) ?? 0;
      await store.idempotency.begin("key", { leaseMs: LONG_LEASE_MS, ttlMs: LONG_LEASE_MS });
      await store.close();
      const again = await harness.open();
      deepEqual([(await customerOf(again, "c1")).totalSpend, (await again.orders.get("o1"))?.amount], [1_000, 1_000]);
      const running = await again.campaigns.findIds(["running"], { limit: 10 });
      deepEqual([await again.segments.get("s1"), running.items], [segment("s1"), ["k1"]]);
      deepEqual([(await logOf(again, "k1:c1")).status, (await logOf(again, "k1:c2")).status], ["sent", "pending"]);
      equal((await again.batches.get("b1"))?.status, "completed");
      equal(await again.settings.keep("key", "another"), "kept");
      equal((await again.suppressions.list({}, { limit: 10 })).items.length, 1);
      equal(await again.leases.renew("name", epoch, LONG_LEASE_MS), true);
      deepEqual(await again.idempotency.begin("key", { leaseMs: LONG_LEASE_MS, ttlMs: LONG_LEASE_MS }), { state: "running" });
    },
  },
];

function listsOf(store: Store): readonly (readonly [string, (page: PageRequest) => Promise<Page<unknown>>])[] {
  return [
    ["customers.find", (page) => store.customers.find(EVERYONE, page)],
    ["customers.search", (page) => store.customers.search("c", page)],
    ["suppressions.list", (page) => store.suppressions.list({}, page)],
    ["orders.list", (page) => store.orders.list({}, page)],
    ["segments.list", (page) => store.segments.list(page)],
    ["campaigns.list", (page) => store.campaigns.list(page)],
    ["communications.list", (page) => store.communications.list({}, page)],
    [
      "communications.search",
      (page) => store.communications.search({ campaignId: "k1", search: { customerId: "c", address: "c" } }, page),
    ],
    ["maps.list", (page) => store.maps.list(page)],
    ["batches.list", (page) => store.batches.list({}, page)],
    ["batches.rejections", (page) => store.batches.rejections("b1", page)],
  ];
}

/** One call of every member of every noun: a port method that is missing here does not compile. */
type CallsOf<N> = { readonly [K in keyof N]: { readonly [M in keyof N[K]]: () => Promise<unknown> } };

function callsOf(store: Store): CallsOf<Nouns> {
  const { customers, suppressions, erasures, orders, segments, campaigns, communications, claims, batches } = store;
  const { maps, heartbeats, figures, clock, settings, leases, rates, outcomes, idempotency } = store;
  const claim = { id: "k1:c1", epoch: 1 };
  const page = { limit: 10 };
  return {
    customers: {
      apply: () => customers.apply([{ id: "c1", stamp: 1, fields: {} }]),
      erase: () => customers.erase("c1", 1),
      get: () => customers.get("c1"),
      getMany: () => customers.getMany(["c1"]),
      findOwners: () => customers.findOwners("email", ["c1@example.com"]),
      find: () => customers.find(EVERYONE, page),
      search: () => customers.search("c", page),
      count: () => customers.count(EVERYONE),
      preview: () => customers.preview(EVERYONE, 1),
      profile: () => customers.profile(EVERYONE, { totalSpend: [], orderCount: [], lastOrderAt: [], firstOrderAt: [] }),
      idAfter: () => customers.idAfter(undefined, 1),
      mark: () => customers.mark([{ channel: "email", hash: "1:x", version: 1 }]),
      withdrawConsent: () => customers.withdrawConsent([{ customerId: "c1", channel: "email", by: "unsubscribed", at: START }]),
    },
    suppressions: {
      record: () => suppressions.record([{ channel: "email", hash: "1:x", kind: "bounced", at: START }]),
      getMany: () => suppressions.getMany([{ channel: "email", hash: "1:x" }]),
      list: () => suppressions.list({}, page),
    },
    erasures: {
      begin: () => erasures.begin({ customerId: "c1", stamp: 1, requestedAt: START, addressHashes: {} }),
      get: () => erasures.get("c1"),
      running: () => erasures.running(1),
      findAddresses: () => erasures.findAddresses(["1:a"]),
      advance: () => erasures.advance([{ customerId: "c1", stamp: 1, requestedAt: START, addresses: [] }]),
      purge: () => erasures.purge(),
    },
    orders: {
      apply: () => orders.apply([order("o1", "c1")]),
      recount: () => orders.recount({ limit: 1 }),
      get: () => orders.get("o1"),
      getMany: () => orders.getMany(["o1"]),
      list: () => orders.list({}, page),
      totals: () => orders.totals({}),
      links: () => orders.links({ from: START, to: START + 1 }, page),
      lines: () => orders.lines({ from: START, to: START + 1 }),
      products: () => orders.products(EVERYONE, { top: 1 }),
      ofRecipients: () => orders.ofRecipients("k1", { from: START, to: START + 1 }),
    },
    maps: {
      insert: () => maps.insert(storedMap("m1")),
      get: () => maps.get("m1"),
      replace: () => maps.replace(storedMap("m1"), 1),
      delete: () => maps.delete("m1", 1),
      list: () => maps.list(page),
    },
    segments: {
      insert: () => segments.insert(segment("s1")),
      get: () => segments.get("s1"),
      replace: () => segments.replace(segment("s1"), 1),
      delete: () => segments.delete("s1", 1),
      list: () => segments.list(page),
    },
    campaigns: {
      insert: () => campaigns.insert(campaign("k1")),
      get: () => campaigns.get("k1"),
      find: () => campaigns.find({ archived: false }, { limit: 1 }),
      findIds: () => campaigns.findIds(["draft"], { limit: 1 }),
      findScheduled: () => campaigns.findScheduled(START, { limit: 1 }),
      findUnsettled: () => campaigns.findUnsettled({ limit: 1 }),
      replace: () => campaigns.replace(campaign("k1"), 1),
      delete: () => campaigns.delete("k1", 1),
      list: () => campaigns.list(page),
    },
    communications: {
      plan: () => communications.plan(planOf("k1")),
      get: () => communications.get("k1:c1"),
      stats: () => communications.stats("k1"),
      seen: () => communications.seen("k1"),
      record: () => communications.record([fact("k1:c1", "sent")]),
      skipRows: () => communications.skipRows({ campaignId: "k1", status: "pending", reason: "campaign_cancelled", limit: 1 }),
      reopen: () => communications.reopen({ campaignId: "k1", status: "failed", reopening: 1, limit: 1 }),
      remaining: () => communications.remaining("k1"),
      list: () => communications.list({}, page),
      search: () => communications.search({ campaignId: "k1", search: { customerId: "c", address: "c" } }, page),
    },
    claims: {
      claim: () => claims.claim({ campaignId: "k1", limit: 1, leaseMs: 1 }),
      renew: () => claims.renew([claim], 1),
      reserveAddresses: () => claims.reserveAddresses("k1", [{ ...claim, addressHash: "h" }]),
      beginCalls: () => claims.beginCalls([{ ...claim, to: "x" }], 1),
      release: () => claims.release([{ ...claim, delayMs: 0 }]),
      refund: () => claims.refund([claim]),
      skip: () => claims.skip([{ ...claim, reason: "erased" }]),
      leaveUnknown: () => claims.leaveUnknown([{ ...claim, reason: "x" }]),
      sweep: () => claims.sweep({ vendorHonoursKeys: true, limit: 1 }),
    },
    batches: {
      insert: () => batches.insert({ id: "b1", kind: "orders", createdAt: START }),
      seal: () => batches.seal("b1", { received: 1, truncated: false }),
      findParts: () => batches.findParts([{ batchId: "b1", part: 0 }]),
      identify: () => batches.identify([{ batchId: "b1", part: 0, identities: [] }]),
      record: () =>
        batches.record([
          { batchId: "b1", part: 0, kind: "orders", single: true, added: 1, changed: 0, unchanged: 0, rejections: [] },
        ]),
      get: () => batches.get("b1"),
      touch: () => batches.touch("b1", 1),
      readingSince: () => batches.readingSince(),
      sealAbandoned: () => batches.sealAbandoned(1),
      list: () => batches.list({}, page),
      rejections: () => batches.rejections("b1", page),
    },
    figures: {
      mark: () => figures.mark([1]),
      marks: () => figures.marks(1),
      settle: () => figures.settle(["1"]),
      keep: () => figures.keep([{ key: "a", value: "1" }], 1),
      get: () => figures.get(["a"]),
      touch: () => figures.touch(["k1"]),
      versions: () => figures.versions(["k1"]),
      list: () => figures.list({ from: "a", to: "b" }),
    },
    heartbeats: {
      beat: () => heartbeats.beat(heartbeat("p1"), LONG_LEASE_MS),
      list: () => heartbeats.list(1),
    },
    clock: {
      now: () => clock.now(),
    },
    settings: {
      keep: () => settings.keep("name", "value"),
    },
    leases: {
      acquire: () => leases.acquire("name", 1),
      renew: () => leases.renew("name", 1, 1),
      release: () => leases.release("name", 1),
    },
    rates: {
      take: () => rates.take("vendor", 1, 1),
      putBack: () => rates.putBack("vendor", 1, 1),
      lower: () => rates.lower("vendor", { perSecond: 1, before: 2 }, 1),
      widen: () => rates.widen("vendor", { perSecond: 1, before: 2 }, 1),
      lowered: () => rates.lowered("vendor"),
    },
    outcomes: {
      record: () => outcomes.record("errors", { window: 0, failed: [true] }, 1),
    },
    idempotency: {
      begin: () => idempotency.begin("key", { leaseMs: 1, ttlMs: 1 }),
      renew: () => idempotency.renew("key", 1),
      finish: () => idempotency.finish("key", { bodyHash: "h", answer: "a" }, 1),
      abandon: () => idempotency.abandon("key"),
    },
  };
}

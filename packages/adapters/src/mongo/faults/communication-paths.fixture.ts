import { setTimeout as pause } from "node:timers/promises";
import type { ClaimRef, DeliveryFact, Store } from "@crm-engine/core/ports";
import { claimed, LONG_MS, plan, planned, rowsOf, SHORT_MS, untilNone, upsert, type WritePath } from "./write-path.fixture.js";

export const COMMUNICATION_PATHS: readonly WritePath[] = [
  {
    name: "communications: a plan",
    prepare: async (store, id) => {
      await store.customers.apply(["a", "b", "c"].map((name) => upsert(`${id}${name}`, {})));
      return { act: (by) => plan(by, id), state: () => rowsOf(store, id) };
    },
  },
  {
    name: "claims: a claim, which nobody has who was not told, until its lease ends",
    prepare: async (store, id) => {
      await planned(store, id);
      return {
        act: async (by) => (await by.claims.claim({ campaignId: id, limit: 10, leaseMs: SHORT_MS })).map(({ status }) => status),
        recover: () => sweepUp(store),
        state: () => rowsOf(store, id),
      };
    },
  },
  {
    name: "claims: calls begun, and given back with their attempts where nobody knows whether they were",
    prepare: async (store, id) => {
      let held = await claimed(store, id);
      return {
        act: async (by) =>
          (
            await by.claims.beginCalls(
              held.map((ref) => ({ ...ref, to: "ann@example.com" })),
              1,
            )
          ).size,
        recover: async () => {
          await store.claims.release(held.map((ref) => ({ ...ref, delayMs: 0, refund: true })));
          held = await store.claims.claim({ campaignId: id, limit: 10, leaseMs: LONG_MS });
        },
        state: () => rowsOf(store, id),
      };
    },
  },
  ...held("given back", ({ claims }, refs) =>
    claims.release(refs.map((ref) => ({ ...ref, delayMs: 0, reason: "busy", refund: true, refused: true, waits: true }))),
  ),
  ...held("skipped", ({ claims }, refs) => claims.skip(refs.map((ref) => ({ ...ref, reason: "no_address" as const })))),
  ...held("left unknown", ({ claims }, refs) => claims.leaveUnknown(refs.map((ref) => ({ ...ref, reason: "cut off" })))),
  {
    name: "claims: a sweep",
    prepare: async (store, id) => {
      await sweepAll(store);
      await claimed(store, id, 1);
      await pause(20);
      return { act: (by) => sweepAll(by), state: () => rowsOf(store, id) };
    },
  },
  {
    name: "communications: facts recorded",
    prepare: async (store, id) => {
      await claimed(store, id);
      return {
        act: async (by) => [...(await by.communications.record(facts(id))).values()],
        state: () => rowsOf(store, id),
      };
    },
  },
  {
    name: "communications: failed rows reopened",
    prepare: async (store, id) => {
      await claimed(store, id);
      await store.communications.record(
        ["a", "b"].map((name) => ({ ...facts(id)[0], logId: `${id}:${id}${name}`, status: "failed", at: 3 }) as DeliveryFact),
      );
      return {
        act: (by) => untilNone(() => by.communications.reopen({ campaignId: id, status: "failed", reopening: 1, limit: 1 })),
        state: () => rowsOf(store, id),
      };
    },
  },
  {
    name: "communications: pending rows skipped",
    prepare: async (store, id) => {
      await planned(store, id);
      return {
        act: (by) =>
          untilNone(() =>
            by.communications.skipRows({ campaignId: id, status: "pending", reason: "campaign_cancelled", limit: 2 }),
          ),
        state: () => rowsOf(store, id),
      };
    },
  },
];

function held(how: string, act: (store: Store, refs: readonly ClaimRef[]) => Promise<void>): readonly WritePath[] {
  return [
    {
      name: `claims: rows ${how}`,
      prepare: async (store, id) => {
        const refs = await claimed(store, id);
        await store.claims.beginCalls(
          refs.map((ref) => ({ ...ref, to: "ann@example.com" })),
          1,
        );
        return { act: (by) => act(by, refs), state: () => rowsOf(store, id) };
      },
    },
  ];
}

function facts(id: string): readonly DeliveryFact[] {
  const fact = { logId: `${id}:${id}a`, generation: 1, status: "sent", at: 2 } as const;
  return [
    fact,
    { ...fact, status: "opened", at: 4 },
    { ...fact, logId: `${id}:${id}b`, status: "bounced", at: 3, reason: "gone" },
  ];
}

async function sweepUp(store: Store): Promise<void> {
  await pause(SHORT_MS);
  await sweepAll(store);
}

function sweepAll({ claims }: Store): Promise<void> {
  return untilNone(() => claims.sweep({ vendorHonoursKeys: true, limit: 2 }));
}

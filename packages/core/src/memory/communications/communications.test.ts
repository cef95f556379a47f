import { describe, expect, it } from "vitest";
import type { ClaimRef, Claims } from "../../ports/claims.js";
import { memoryStore } from "../memory-store.js";

const START = 1_000_000;
const LEASE_MS = 1_000;
const EVERYONE = { kind: "all", of: [] } as const;
const SWEEP = { vendorHonoursKeys: false, limit: 10 };

/** Campaign k to some customers, on a clock that the test moves. */
async function plannedAt(...customerIds: readonly string[]) {
  const time = { now: START };
  const { customers, communications, claims } = memoryStore({ now: () => time.now });
  await customers.apply(customerIds.map((id) => ({ id, stamp: 1, fields: {} })));
  await communications.plan({ campaignId: "k", channel: "sms", condition: EVERYONE, plannedAt: START });
  const claimIds = async (limit = 10) => (await claims.claim({ campaignId: "k", limit, leaseMs: LEASE_MS })).map(({ id }) => id);
  const claimOne = async (): Promise<ClaimRef> => {
    const [claim] = await claims.claim({ campaignId: "k", limit: 1, leaseMs: LEASE_MS });
    if (!claim) throw new Error("Nothing is due.");
    return { id: claim.id, epoch: claim.epoch };
  };
  return { time, communications, claims, claimIds, claimOne };
}

/** Every write that only the holder of a row may make, and what it leaves behind. */
const WRITES: readonly [string, (claims: Claims, ref: ClaimRef) => Promise<unknown>, object][] = [
  ["renews it", ({ renew }, ref) => renew([ref], 5_000), { status: "claimed" }],
  ["begins a call", ({ beginCalls }, ref) => beginCalls([{ ...ref, to: "+49" }], 1), { attempts: 1, to: "+49" }],
  ["releases it", ({ release }, ref) => release([{ ...ref, delayMs: 7, reason: "busy" }]), { status: "pending", reason: "busy" }],
  ["skips it", ({ skip }, ref) => skip([{ ...ref, reason: "erased" }]), { status: "skipped", reason: "erased" }],
  [
    "leaves it unknown",
    ({ leaveUnknown }, ref) => leaveUnknown([{ ...ref, reason: "cut off" }]),
    { status: "unknown", reason: "cut off" },
  ],
];

describe("the holder of a row", () => {
  it.each(WRITES)("%s until the end of its lease", async (_, write, left) => {
    const { time, communications, claims, claimOne } = await plannedAt("a");
    const ref = await claimOne();
    time.now += LEASE_MS - 1;
    await write(claims, ref);
    expect(await communications.get("k:a")).toMatchObject(left);
  });

  it.each(WRITES)("no longer %s at the end, nor by another epoch, nor once it is settled", async (_, write) => {
    const { time, communications, claims, claimOne } = await plannedAt("a", "b");
    const [a, b] = [await claimOne(), await claimOne()];
    await claims.skip([{ ...b, reason: "no_address" }]);
    time.now += LEASE_MS;
    const before = (await communications.list({}, { limit: 9 })).items;
    await write(claims, a);
    time.now -= 1;
    await write(claims, { ...a, epoch: a.epoch + 1 });
    await write(claims, b);
    await write(claims, { id: "k:nobody", epoch: 1 });
    expect((await communications.list({}, { limit: 9 })).items).toEqual(before);
  });

  it("renews from now on", async () => {
    const { time, claims, claimOne } = await plannedAt("a");
    const ref = await claimOne();
    time.now += LEASE_MS - 1;
    expect(await claims.renew([ref], 10)).toEqual(new Set(["k:a"]));
    time.now += 9;
    expect(await claims.sweep(SWEEP)).toBe(0);
    time.now += 1;
    expect(await claims.sweep(SWEEP)).toBe(1);
  });

  it("begins no call that may outlast its lease", async () => {
    const { claims, claimOne } = await plannedAt("a");
    const call = { ...(await claimOne()), to: "+49" };
    expect(await claims.beginCalls([call], LEASE_MS + 1)).toEqual(new Set());
    expect(await claims.beginCalls([call], LEASE_MS)).toEqual(new Set(["k:a"]));
  });
});

describe("a claim", () => {
  it("takes a row when it is due, not before, and those due longest first", async () => {
    const { time, claims, claimIds, claimOne } = await plannedAt("a", "b", "c");
    for (const delayMs of [30, 10, 20]) await claims.release([{ ...(await claimOne()), delayMs }]);
    time.now += 9;
    expect(await claimIds()).toEqual([]);
    time.now += 1;
    expect(await claimIds()).toEqual(["k:b"]);
    time.now += 20;
    expect(await claimIds(1)).toEqual(["k:c"]);
    expect(await claimIds()).toEqual(["k:a"]);
  });

  it("given back without a reason keeps what the last attempt met", async () => {
    const { communications, claims, claimOne } = await plannedAt("a");
    await claims.release([{ ...(await claimOne()), delayMs: 0, reason: "busy" }]);
    await claims.release([{ ...(await claimOne()), delayMs: 0 }]);
    expect(await communications.get("k:a")).toMatchObject({ status: "pending", reason: "busy" });
  });

  it("says until when, from now on, under an epoch of its own", async () => {
    const { time, claims, claimOne } = await plannedAt("a");
    await claims.release([{ ...(await claimOne()), delayMs: 5 }]);
    time.now += 5;
    expect(await claims.claim({ campaignId: "k", limit: 1, leaseMs: 70 })).toMatchObject([
      { id: "k:a", status: "claimed", epoch: 2, leaseUntil: time.now + 70, updatedAt: time.now },
    ]);
  });
});

describe("the sweep", () => {
  it.each([
    [false, false, { status: "pending", attempts: 0 }],
    [false, true, { status: "pending", attempts: 0 }],
    [true, true, { status: "pending", attempts: 1 }],
    [true, false, { status: "unknown", attempts: 1, reason: "lease_ended" }],
  ])("of a row with a call begun (%s) for a vendor that honours keys (%s)", async (begun, vendorHonoursKeys, left) => {
    const { time, communications, claims, claimOne } = await plannedAt("a");
    const ref = await claimOne();
    if (begun) await claims.beginCalls([{ ...ref, to: "+49" }], 1);
    time.now += LEASE_MS - 1;
    expect(await claims.sweep({ vendorHonoursKeys, limit: 10 })).toBe(0);
    time.now += 1;
    expect(await claims.sweep({ vendorHonoursKeys, limit: 10 })).toBe(1);
    expect(await communications.get("k:a")).toMatchObject({ ...left, updatedAt: time.now });
    expect(await claims.sweep({ vendorHonoursKeys, limit: 10 })).toBe(0);
  });

  it("takes no more than its limit", async () => {
    const { time, claims, claimIds } = await plannedAt("a", "b", "c");
    await claimIds();
    time.now += LEASE_MS;
    expect(await claims.sweep({ ...SWEEP, limit: 2 })).toBe(2);
    expect(await claims.sweep({ ...SWEEP, limit: 2 })).toBe(1);
  });
});

describe("an attempt is taken back", () => {
  /** A row that was given back after a call, and its claim. */
  async function givenBack(refund: boolean) {
    const planned = await plannedAt("a");
    const ref = await planned.claimOne();
    await planned.claims.beginCalls([{ ...ref, to: "+49" }], 1);
    await planned.claims.release([{ ...ref, delayMs: 0, refund }]);
    const attempts = async () => (await planned.communications.get("k:a"))?.attempts;
    return { ...planned, ref, attempts };
  }

  it("with its release or after it, once", async () => {
    for (const refund of [true, false]) {
      const { claims, ref, attempts } = await givenBack(refund);
      expect(await attempts()).toBe(refund ? 0 : 1);
      await claims.refund([{ ...ref, epoch: ref.epoch + 1 }]);
      expect(await attempts()).toBe(refund ? 0 : 1);
      await claims.refund([ref]);
      await claims.refund([ref]);
      expect(await attempts()).toBe(0);
    }
  });

  it("not from a row that another has claimed, or that was reopened since", async () => {
    const claimed = await givenBack(false);
    await claimed.claimOne();
    await claimed.claims.refund([claimed.ref]);
    expect(await claimed.attempts()).toBe(1);

    const { communications, claims, ref, attempts } = await givenBack(false);
    await communications.record([{ logId: "k:a", generation: 1, status: "failed", at: START }]);
    await communications.reopen({ campaignId: "k", status: "failed", reopening: 1, limit: 9 });
    await claims.refund([ref]);
    expect(await attempts()).toBe(0);
  });
});

it("what remains says when the earliest pending row is due, and whether any is held", async () => {
  const { communications, claims, claimOne } = await plannedAt("a", "b");
  expect(await communications.remaining("k")).toStrictEqual({ pending: true, claimed: false, nextDueAt: START });
  const [a, b] = [await claimOne(), await claimOne()];
  expect(await communications.remaining("k")).toStrictEqual({ pending: false, claimed: true });
  await claims.release([
    { ...a, delayMs: 20 },
    { ...b, delayMs: 10 },
  ]);
  expect(await communications.remaining("k")).toStrictEqual({ pending: true, claimed: false, nextDueAt: START + 10 });
  expect(await communications.remaining("other")).toStrictEqual({ pending: false, claimed: false });
});

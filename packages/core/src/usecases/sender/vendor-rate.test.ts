import { describe, expect, it } from "vitest";
import { memoryStore } from "../../memory/index.js";
import { SILENT_LOGGER } from "../../ports/runtime.js";
import { createVendorRate, raisedRate } from "./vendor-rate.js";

function rateOf(senderRate?: number) {
  const world = { now: 1_700_000_000_000 };
  const clock = () => world.now;
  const store = memoryStore({ now: clock });
  const worker = () => createVendorRate({ store, senderRate, elapsed: clock, logger: SILENT_LOGGER });
  return { world, worker };
}

describe("raisedRate", () => {
  it("doubles every ten seconds up to the rate that was throttled, then rises by a tenth", () => {
    const after = (seconds: number) => raisedRate({ perSecond: 10, before: 50, ageMs: seconds * 1_000 });
    expect([0, 9.9, 10, 20, 30, 40, 50].map(after)).toEqual([10, 10, 20, 40, 50, expect.closeTo(55), expect.closeTo(60.5)]);
  });
});

describe("a vendor's rate", () => {
  it("is what was configured, or none", async () => {
    expect(await rateOf(80).worker().perSecond()).toBe(80);
    expect(await rateOf().worker().perSecond()).toBeUndefined();
  });

  it("is halved for all workers, at most once a second, down to one message in ten seconds", async () => {
    const { world, worker } = rateOf(80);
    const [one, other] = [worker(), worker()];
    await Promise.all([one.throttled(), other.throttled(), one.throttled()]);
    expect([await one.perSecond(), await other.perSecond(), other.known()]).toEqual([40, 40, 40]);
    world.now += 999;
    await other.throttled();
    expect(await one.perSecond()).toBe(40);
    world.now += 1;
    await other.throttled();
    expect(await one.perSecond()).toBe(20);
    for (let second = 0; second < 20; second++) {
      world.now += 1_000;
      await one.throttled();
    }
    expect(await other.perSecond()).toBe(0.1);
  });

  it("rises again, and not beyond what was configured", async () => {
    const { world, worker } = rateOf(80);
    const rate = worker();
    await rate.throttled();
    world.now += 10_000;
    expect(await rate.perSecond()).toBe(80);
    world.now += 60_000;
    expect(await rate.perSecond()).toBe(80);
  });

  it("begins with half of what was sent in the last second, where there was none, and ends when it has risen out of sight", async () => {
    const { world, worker } = rateOf();
    const rate = worker();
    rate.sent(1_000, undefined);
    world.now += 1_000;
    rate.sent(30, undefined);
    rate.sent(10, undefined);
    await rate.throttled();
    expect(await rate.perSecond()).toBe(20);
    world.now += 20_000;
    expect(await rate.perSecond()).toBe(44);
    world.now += 24 * 3_600_000;
    expect(await rate.perSecond()).toBeUndefined();
  });

  it("begins with half of what all workers sent, however many of them are throttled, and when", async () => {
    const { world, worker } = rateOf();
    const workers = [worker(), worker(), worker()];
    for (const one of workers) one.sent(100, undefined);
    const [first, ...others] = workers;
    await first?.throttled();
    await Promise.all(others.map((one) => one.throttled()));
    expect(await first?.perSecond()).toBe(150);
    world.now += 500;
    for (const one of workers) await one.throttled();
    expect(await first?.perSecond(), "what was sent is counted once").toBe(150);
    const late = worker();
    late.sent(100, undefined);
    await late.perSecond();
    await late.throttled();
    expect(await first?.perSecond(), "of one whose call was still under way").toBe(200);
    late.sent(50, 200);
    await late.throttled();
    expect(await first?.perSecond(), "what was sent under a rate adds nothing").toBe(200);
    world.now += 500;
    await late.throttled();
    expect(await first?.perSecond()).toBe(100);
    world.now += 20_000;
    expect(await first?.perSecond(), "twice as many up to the rate that was throttled, then a tenth more").toBeCloseTo(220);
  });
});

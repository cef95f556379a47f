import { describe, expect, it } from "vitest";
import { SILENT_LOGGER } from "../../ports/runtime.js";
import { createVendorBreaker } from "./vendor-breaker.js";
import type { CallFailure } from "./vendor-call.js";

const HOUR = 3_600_000;
const broke: CallFailure = { reason: "socket hang up", taken: "unsure" };

function breakerAt(start: number) {
  const world = { now: start };
  const breaker = createVendorBreaker({
    breakerFailures: 2,
    vendorDownAfterMs: 300_000,
    elapsed: () => world.now,
    logger: SILENT_LOGGER,
  });
  const open = (last = broke) => {
    breaker.failed(broke, false);
    breaker.failed(last, false);
  };
  return { world, breaker, open };
}

describe("createVendorBreaker", () => {
  it("counts calls in a row only", () => {
    const { breaker } = breakerAt(0);
    breaker.failed(broke, false);
    breaker.succeeded();
    breaker.failed(broke, false);
    expect(breaker.admit()).toBe("batch");
    breaker.failed(broke, false);
    expect(breaker.admit()).toBe("none");
  });

  it("does not pause for longer because calls fail that were out when it opened", () => {
    const { world, breaker, open } = breakerAt(0);
    open();
    for (let late = 0; late < 5; late++) breaker.failed(broke, false);
    world.now = 1_000;
    expect(breaker.admit()).toBe("probe");
    expect(breaker.admit()).toBe("none");
    breaker.endProbe();
    expect(breaker.admit()).toBe("probe");
  });

  it("gives back the attempts of the calls that opened it, each once, and none before", () => {
    const { breaker } = breakerAt(0);
    breaker.failed(broke, false);
    breaker.noteLostAttempts([{ id: "a", epoch: 1 }]);
    expect(breaker.takeRefunds()).toEqual([]);
    breaker.failed(broke, false);
    expect(breaker.takeRefunds()).toEqual([{ id: "a", epoch: 1 }]);
    breaker.noteLostAttempts([{ id: "late", epoch: 2 }]);
    expect(breaker.takeRefunds()).toEqual([{ id: "late", epoch: 2 }]);
    expect(breaker.takeRefunds()).toEqual([]);
  });

  it("gives nothing back of failures that calls in between have shown not to be an outage", () => {
    const { breaker, open } = breakerAt(0);
    breaker.failed(broke, false);
    breaker.noteLostAttempts([{ id: "a", epoch: 1 }]);
    breaker.succeeded();
    open();
    expect(breaker.takeRefunds()).toEqual([]);
  });

  it("takes no attempt of a row that has lost one, nor of any row once it is open", () => {
    const { breaker } = breakerAt(0);
    breaker.failed(broke, false);
    breaker.noteLostAttempts([{ id: "a", epoch: 1 }]);
    expect([breaker.isOpen(), breaker.isExempt("a"), breaker.isExempt("b")]).toEqual([false, true, false]);
    breaker.failed(broke, false);
    expect([breaker.isOpen(), breaker.isExempt("b")]).toEqual([true, true]);
    breaker.succeeded();
    expect([breaker.isOpen(), breaker.isExempt("a"), breaker.isExempt("b")]).toEqual([false, false, false]);
  });

  it("doubles its pause with each probe that fails, from 1 to 30 seconds, and begins anew after a success", () => {
    const { world, breaker, open } = breakerAt(0);
    const pauses = () => {
      const from = world.now;
      while (breaker.admit() === "none") world.now += 500;
      breaker.failed(broke, true);
      breaker.endProbe();
      return world.now - from;
    };
    open();
    expect(Array.from({ length: 7 }, pauses)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    breaker.succeeded();
    expect(breaker.admit()).toBe("batch");
    open();
    expect(pauses()).toBe(1_000);
  });

  it("calls the vendor down when it has been so for long enough, counted from the campaign's start where that was later", () => {
    const { world, breaker, open } = breakerAt(1_000);
    expect(breaker.downWithin(world.now)).toBeUndefined();
    open();
    world.now = 300_999;
    expect(breaker.downWithin(world.now)).toBeUndefined();
    world.now = 301_000;
    expect(breaker.downWithin(world.now)).toContain("2 calls failed in a row");
    breaker.failed(broke, true);
    expect(breaker.downWithin(world.now - 2_000)).toBeUndefined();
    world.now = 302_000;
    expect(breaker.downWithin(world.now - 2_000)).toContain("3 calls failed in a row");
    expect(breaker.downWithin(world.now - 301_001)).toBeUndefined();
    breaker.succeeded();
    expect(breaker.downWithin(world.now)).toBeUndefined();
  });

  it("knows for how long it was open since a moment, whether it still is or not", () => {
    const { world, breaker, open } = breakerAt(1_000);
    const since = (...moments: readonly number[]) => moments.map((moment) => breaker.openMsWithin(world.now - moment));
    expect(breaker.openMsWithin(1_000)).toBe(0);
    open();
    world.now = 3_000;
    expect(since(0, 1_500, 4_000)).toEqual([2_000, 1_500, 0]);
    breaker.succeeded();
    world.now = 10_000;
    expect(since(0, 1_500, 4_000)).toEqual([2_000, 1_500, 0]);
    open();
    world.now = 10_500;
    breaker.failed(broke, true);
    world.now = 11_000;
    expect(since(0, 1_500, 4_000)).toEqual([3_000, 2_500, 1_000]);
  });

  it("rests without an outage, and does nothing", () => {
    const { breaker } = breakerAt(0);
    breaker.rest();
    expect(breaker.admit()).toBe("batch");
  });

  it("takes no vendor's word for more than an hour", () => {
    const { world, breaker, open } = breakerAt(0);
    open({ ...broke, retryAfterMs: 1e15 });
    world.now = HOUR - 1;
    expect(breaker.admit()).toBe("none");
    world.now = HOUR;
    expect(breaker.admit()).toBe("probe");
  });

  it("calls the vendor down only for those who tried it", () => {
    const { world, breaker, open } = breakerAt(0);
    open({ ...broke, retryAfterMs: HOUR });
    world.now = 300_000;
    expect(breaker.downWithin(world.now)).toBe("the vendor is down: 2 calls failed in a row, the last with: socket hang up");
    world.now = 700_000;
    expect(breaker.downWithin(world.now - 1)).toBeUndefined();
  });

  it("lets whoever comes after a pause try at once, even where the vendor asked for longer", () => {
    const { world, breaker, open } = breakerAt(1_000);
    open({ ...broke, retryAfterMs: HOUR });
    world.now = 300_999;
    breaker.rest();
    expect(breaker.admit()).toBe("none");
    world.now = 301_000;
    breaker.rest();
    expect(breaker.admit()).toBe("probe");
    breaker.failed(broke, true);
    breaker.endProbe();
    world.now += 999;
    expect(breaker.admit()).toBe("none");
    world.now += 1;
    expect(breaker.admit()).toBe("probe");
  });
});

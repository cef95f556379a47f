import { describe, expect, it } from "vitest";
import { memoryLeases } from "./leases.js";

function leasesAt(start: number) {
  const time = { now: start };
  return { time, leases: memoryLeases(() => time.now) };
}

describe("a lease", () => {
  it("is held until its end, and not at it", () => {
    const { time, leases } = leasesAt(100);
    expect(leases.acquire("a", 10)).toBe(1);
    time.now = 109;
    expect(leases.acquire("a", 10)).toBeUndefined();
    time.now = 110;
    expect(leases.renew("a", 1, 10)).toBe(false);
    expect(leases.acquire("a", 10)).toBe(2);
  });

  it("is renewed from now on, by its holder only", () => {
    const { time, leases } = leasesAt(100);
    leases.acquire("a", 10);
    time.now = 109;
    expect(leases.renew("a", 2, 99)).toBe(false);
    expect(leases.renew("b", 1, 99)).toBe(false);
    expect(leases.renew("a", 1, 10)).toBe(true);
    time.now = 118;
    expect(leases.acquire("a", 10)).toBeUndefined();
    time.now = 119;
    expect(leases.acquire("a", 10)).toBe(2);
  });

  it("is free at once when its holder releases it, and nobody else can", () => {
    const { leases } = leasesAt(100);
    leases.acquire("a", 10);
    leases.release("a", 2);
    leases.release("b", 1);
    expect(leases.acquire("a", 10)).toBeUndefined();
    leases.release("a", 1);
    expect(leases.renew("a", 1, 10)).toBe(false);
    expect(leases.acquire("a", 10)).toBe(2);
    leases.release("a", 1);
    expect(leases.renew("a", 2, 10)).toBe(true);
  });

  it("of one name says nothing of another", () => {
    const { leases } = leasesAt(100);
    expect([leases.acquire("a", 10), leases.acquire("b", 10)]).toEqual([1, 1]);
  });
});

import { describe, expect, it } from "vitest";
import { retryDelayMs } from "./retry-delay.js";

const longest = () => 1;

describe("retryDelayMs", () => {
  it("doubles from half a second to 15 minutes", () => {
    const delays = [1, 2, 3, 7, 11, 12, 13, 2_000].map((attempts) => retryDelayMs(attempts, 0, longest));
    expect(delays).toEqual([500, 1_000, 2_000, 32_000, 512_000, 900_000, 900_000, 900_000]);
  });

  it("is anything between half of that and all of it", () => {
    expect(retryDelayMs(3, 0, () => 0)).toBe(1_000);
    expect(retryDelayMs(3, 0, () => 0.5)).toBe(1_500);
    const delays = Array.from({ length: 200 }, () => retryDelayMs(5));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(4_000);
    expect(Math.min(...delays)).toBeLessThan(5_000);
    expect(Math.max(...delays)).toBeGreaterThan(7_000);
  });

  it("is never shorter than the vendor asked for, and takes no more than an hour from it", () => {
    expect(retryDelayMs(1, 90_000, longest)).toBe(90_000);
    expect(retryDelayMs(8, 1_000, longest)).toBe(64_000);
    expect(retryDelayMs(1, 1e15, longest)).toBe(3_600_000);
    expect(retryDelayMs(1, Number.POSITIVE_INFINITY, longest)).toBe(3_600_000);
  });

  it.each([Number.NaN, -5, undefined])("passes over a Retry-After of %s", (retryAfterMs) => {
    expect(retryDelayMs(1, retryAfterMs, longest)).toBe(500);
  });
});

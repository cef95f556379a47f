import { describe, expect, it } from "vitest";
import { isSliceOver, nextTurn } from "./event-loop.js";
import { longestGapMs } from "./longest-gap.fixture.js";

function keepThread(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

/** 20 ms of work, in pieces of 1 ms. */
async function work(onPiece: () => void = () => undefined): Promise<void> {
  for (let piece = 0; piece < 20; piece++) {
    keepThread(1);
    onPiece();
    if (isSliceOver()) await nextTurn();
  }
}

describe("long work", () => {
  it("leaves timers their turn, however much of it there is at once", async () => {
    const gap = await longestGapMs(() => Promise.all(Array.from({ length: 20 }, () => work())));
    expect(gap).toBeLessThan(200);
  });

  it("goes on side by side", async () => {
    const pieces = [0, 0, 0];
    await Promise.race(pieces.map((_, index) => work(() => (pieces[index] = (pieces[index] ?? 0) + 1))));
    expect(Math.min(...pieces)).toBeGreaterThanOrEqual(5);
  });

  it("waits for a turn once in 10 ms, not for each piece", async () => {
    await nextTurn();
    expect(isSliceOver()).toBe(false);
    keepThread(11);
    expect(isSliceOver()).toBe(true);
    await nextTurn();
    expect(isSliceOver()).toBe(false);
  });
});

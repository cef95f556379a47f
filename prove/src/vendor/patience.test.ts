import { describe, expect, it } from "vitest";
import { createPatience } from "./patience.js";
import { createReplies } from "./reply.js";

function patienceAt(start: number) {
  const world = { now: start };
  return { world, patience: createPatience(() => world.now) };
}

describe("createPatience", () => {
  it("puts each off for a while from the first time on", () => {
    const { world, patience } = patienceAt(5_000);
    expect(patience.isGreylisted("a", 1_000)).toBe(true);
    world.now += 999;
    expect([patience.isGreylisted("a", 1_000), patience.isGreylisted("b", 1_000)]).toEqual([true, true]);
    world.now += 1;
    expect([patience.isGreylisted("a", 1_000), patience.isGreylisted("b", 1_000)]).toEqual([false, true]);
  });

  it("takes one at a time, so many a second", () => {
    const { world, patience } = patienceAt(5_000);
    expect([patience.take(3, 2), patience.take(1, 2)]).toEqual([1, 0]);
    world.now += 500;
    expect([patience.takeAll(2, 2), patience.takeAll(1, 2), patience.takeAll(0, 2)]).toEqual([false, true, true]);
  });
});

describe("createReplies", () => {
  it("throttles in each way there is, in turn", () => {
    const { world, patience } = patienceAt(5_000);
    const replyTo = createReplies(patience);
    const replies = Array.from({ length: 4 }, () => {
      world.now += 1_000;
      return replyTo(["a", "b"], { throttlePerSecond: 1 });
    });
    expect(replies).toEqual([
      { status: 200, answers: ["accepted", "throttled"] },
      { status: 429, answers: ["throttled", "throttled"] },
      { status: 429, retryAfterS: 1, answers: ["throttled", "throttled"] },
      { status: 200, answers: ["accepted", "throttled"] },
    ]);
  });
});

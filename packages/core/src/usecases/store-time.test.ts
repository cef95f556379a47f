import { describe, expect, it } from "vitest";
import { CrmError } from "../errors.js";
import { stamps } from "./stamps.js";
import { followClock } from "./store-time.js";

const START = 1_700_000_000_000;

/** A store whose answers take as long as the test says, and a machine with two clocks. */
function machine(tookMs: readonly number[] = []) {
  const world = { store: START, elapsed: 5_000.25, wall: 0, readings: 0, away: false, left: [...tookMs] };
  const pass = (ms: number) => {
    for (const clock of ["store", "elapsed", "wall"] as const) world[clock] += ms;
  };
  const read = async () => {
    world.readings += 1;
    await Promise.resolve();
    const ms = world.left.shift() ?? 0;
    pass(ms / 2);
    if (world.away) throw new CrmError("unavailable", "it is away");
    const now = Math.floor(world.store);
    pass(ms / 2);
    return now;
  };
  const clock = followClock({ now: read }, { elapsed: () => world.elapsed, wall: () => world.wall });
  return { world, pass, clock };
}

/** What is read meanwhile is known. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("the store's time", () => {
  it("is read once and goes on by the clock that nobody sets, with no store", async () => {
    const { world, pass, clock } = machine();
    expect(await clock()).toBe(START);
    world.away = true;
    pass(59_000);
    expect([await clock(), world.readings]).toEqual([START + 59_000, 1]);
  });

  it("is unavailable until it was read, and is asked for again by the next caller", async () => {
    const { world, clock } = machine();
    world.away = true;
    await expect(clock()).rejects.toMatchObject({ code: "unavailable" });
    world.away = false;
    expect(await clock()).toBe(START);
  });

  it("is not taken from readings of over a second: the first use tries thrice, which lets a connection be made", async () => {
    const slow = machine([1_001, 5_000, 1_500]);
    await expect(slow.clock()).rejects.toMatchObject({ code: "unavailable" });
    expect(slow.world.readings).toBe(3);
    const { world, clock } = machine([5_000, 40]);
    expect(await clock()).toBe(START + 5_040);
    expect(world.readings).toBe(2);
  });

  it("is read by callers at the same time once", async () => {
    const { world, clock } = machine();
    await Promise.all([clock(), clock(), clock()]);
    expect(world.readings).toBe(1);
  });

  it("is read again after a minute of use, and follows a store whose clock was set; a slow reading is dropped", async () => {
    const { world, pass, clock } = machine([0, 1_001, 0]);
    await clock();
    world.store += 7_000;
    pass(60_000);
    expect(await clock()).toBe(START + 60_000);
    await settled();
    expect([await clock(), world.readings]).toEqual([START + 61_001, 2]);
    pass(5_000);
    await clock();
    await settled();
    expect([await clock(), world.readings]).toEqual([START + 73_001, 3]);
  });

  it("stays as it is where a rough reading agrees with it", async () => {
    const { pass, clock } = machine([0, 900]);
    await clock();
    pass(60_000);
    await clock();
    await settled();
    expect(await clock()).toBe(START + 60_900);
  });

  it("does not move with the machine's wall clock, and is read at once where the machine has slept", async () => {
    const { world, pass, clock } = machine();
    await clock();
    world.wall -= 3_600_000;
    pass(10);
    expect([await clock(), world.readings]).toEqual([START + 10, 2]);
    world.wall += 1_800_000;
    world.store += 1_800_000;
    expect([await clock(), world.readings]).toEqual([START + 1_800_010, 3]);
  });

  it("is told as it was known while the store is away, and the store is not asked by each caller", async () => {
    const { world, pass, clock } = machine();
    await clock();
    world.away = true;
    world.wall += 3_600_000;
    expect([await clock(), await clock(), world.readings]).toEqual([START, START, 2]);
    world.away = false;
    world.store += 1_000;
    pass(5_000);
    await clock();
    await settled();
    expect([await clock(), world.readings]).toEqual([START + 6_000, 3]);
  });
});

describe("stamps", () => {
  it("rise, also where the store's clock turns out to be behind", async () => {
    const { world, pass, clock } = machine();
    const next = stamps(clock);
    expect([await next(), await next()]).toEqual([START * 1_000, START * 1_000 + 1]);
    world.store -= 5_000;
    pass(60_000);
    const before = await next();
    await settled();
    // As late as a reading in whole milliseconds allows.
    expect(await clock()).toBe(START + 55_001);
    expect(await next()).toBe(before + 1);
    pass(6_000);
    expect(await next()).toBe((START + 61_001) * 1_000);
  });
});

import { expect, it } from "vitest";
import { Turns } from "./turns.js";

const SLICE_OF_WORK_MS = 5;

function work(): void {
  const ends = performance.now() + SLICE_OF_WORK_MS;
  while (performance.now() < ends);
}

it("gives one of those who work a slice in each turn of the event loop, one after another", async () => {
  const slices: string[] = [];
  const slicesByTurn: number[] = [];
  let ended = false;
  const watch = (): void => {
    slicesByTurn.push(slices.length);
    if (!ended) setImmediate(watch);
  };
  setImmediate(watch);
  const upload = async (name: string) => {
    for await (const _ of new Turns().between([1, 2, 3, 4])) {
      work();
      slices.push(name);
    }
  };
  await Promise.all(["a", "b", "c"].map(upload));
  ended = true;
  expect(slices.join("")).toBe("abcabcabcabc");
  const steps = slicesByTurn.map((done, turn) => done - (slicesByTurn[turn - 1] ?? 0));
  expect(Math.max(...steps)).toBe(1);
});

it("hands on items without a turn while a slice lasts", async () => {
  let turns = 0;
  let ended = false;
  const watch = (): void => {
    turns += 1;
    if (!ended) setImmediate(watch);
  };
  setImmediate(watch);
  const items = Array.from({ length: 10_000 }, (_, index) => index);
  const seen: number[] = [];
  for await (const item of new Turns().between(items)) seen.push(item);
  ended = true;
  expect(seen).toEqual(items);
  expect(turns).toBeLessThan(1_000);
});

it("ends its source when it is left, and passes on what the source throws", async () => {
  let closed = false;
  async function* source() {
    try {
      yield 1;
      throw new Error("broke off");
    } finally {
      closed = true;
    }
  }
  for await (const _ of new Turns().between(source())) break;
  expect(closed).toBe(true);
  const readAll = async () => {
    for await (const _ of new Turns().between(source()));
  };
  await expect(readAll()).rejects.toThrow("broke off");
});

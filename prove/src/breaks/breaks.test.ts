import { describe, expect, it } from "vitest";
import { EXPERIMENTS } from "../experiments/index.js";
import { smallRuns } from "../small-run.fixture.js";
import { BREAKS } from "./breaks.js";

const onSqlite = EXPERIMENTS.filter(({ notApplicable }) => notApplicable?.sqlite === undefined);

it("every experiment has a break that it notices", () => {
  const noticing = new Set(BREAKS.map(({ experiment }) => experiment));
  expect(EXPERIMENTS.filter(({ name }) => !noticing.has(name))).toEqual([]);
});

describe("on SQLite, at small scale, misses", () => {
  const breaks = BREAKS.filter(({ experiment }) => onSqlite.some(({ name }) => name === experiment));
  smallRuns("sqlite").miss(breaks, onSqlite);
});

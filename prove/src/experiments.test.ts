import { describe } from "vitest";
import { EXPERIMENTS } from "./experiments/index.js";
import { smallRuns } from "./small-run.fixture.js";

describe("on SQLite, at small scale, holds", () => {
  smallRuns("sqlite").hold(EXPERIMENTS);
});

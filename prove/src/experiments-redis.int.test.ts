import { describe } from "vitest";
import { needs } from "../../test/service-url.js";
import { BREAKS } from "./breaks/breaks.js";
import { EXPERIMENTS } from "./experiments/index.js";
import { smallRuns } from "./small-run.fixture.js";

const ordinary = EXPERIMENTS.filter(({ needsOwnBroker }) => !needsOwnBroker);
const illTreating = EXPERIMENTS.filter(({ needsOwnBroker }) => needsOwnBroker);
const ofBrokers = BREAKS.filter(({ experiment }) => illTreating.some(({ name }) => name === experiment));

const notOnSqlite = BREAKS.filter(({ experiment }) =>
  ordinary.some(({ name, notApplicable }) => name === experiment && notApplicable?.sqlite !== undefined),
);

describe("on a MongoDB-compatible server and Redis, at small scale", needs("mongo", "redis"), () => {
  const runs = smallRuns("redis");
  describe("holds", () => runs.hold(ordinary));
  describe("misses", () => runs.miss(notOnSqlite, ordinary));
});

describe("with a Redis of its own, at small scale", needs("mongo", "docker"), () => {
  const runs = smallRuns("redis");
  describe("holds", () => runs.hold(illTreating));
  describe("misses", () => runs.miss(ofBrokers, illTreating));
});

import { afterAll, expect, it } from "vitest";
import type { Break } from "./breaks/break.js";
import type { Experiment } from "./experiment.js";
import { seededRandom } from "./random.js";
import { runExperiments } from "./run-experiments.js";
import type { Pairing } from "./world/pairings.js";
import { createPlaces } from "./world/places.js";

const SCALE = 0.02;
const TIMEOUT_MS = 240_000;
const MOST_RUNS = 3;

/** Real runs at small scale, each with another seed, which a failure names. */
export function smallRuns(pairing: Pairing) {
  const places = createPlaces(process.env);
  afterAll(() => places.stop());

  const run = async (experiment: Experiment, breakName?: string) => {
    const seed = seededRandom(Date.now(), experiment.name).below(2 ** 31);
    const lines: string[] = [];
    const report = await runExperiments({
      experiments: [experiment],
      pairings: [pairing],
      scale: SCALE,
      seed,
      places,
      say: (line) => lines.push(line),
      ...(breakName === undefined ? {} : { breakName }),
    });
    return { results: report.results, notRun: report.notRun, said: lines.join("\n") };
  };

  return {
    /** One test for each of the experiments that can be asked of the pairing. */
    hold: (experiments: readonly Experiment[]): void => {
      const applicable = experiments.filter(({ notApplicable }) => notApplicable?.[pairing] === undefined);
      it.each(applicable)("$name", { timeout: TIMEOUT_MS }, async (experiment) => {
        const { results, notRun, said } = await run(experiment);
        expect(notRun, said).toEqual([]);
        expect(results, said).toMatchObject([{ holds: true, misses: [] }]);
      });
    },
    /** One test for each break: its experiment notices, in one of a few runs. So small a run may happen not to do what is broken. */
    miss: (breaks: readonly Break[], experiments: readonly Experiment[]): void => {
      it.each(breaks)("$experiment, when $wrong", { timeout: TIMEOUT_MS }, async ({ name, experiment }) => {
        const runs: string[] = [];
        while (runs.length < MOST_RUNS) {
          const { results, said } = await run(mustFind(experiments, experiment), name);
          if (results.some(({ holds }) => !holds)) return;
          runs.push(said);
        }
        expect.fail(`nothing was missed:\n${runs.join("\n")}`);
      });
    },
  };
}

function mustFind(experiments: readonly Experiment[], name: string): Experiment {
  const found = experiments.find((experiment) => experiment.name === name);
  if (!found) throw new Error(`there is no experiment ${name}`);
  return found;
}

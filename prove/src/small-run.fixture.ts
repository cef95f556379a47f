import { afterAll, expect, it } from "vitest";
import type { Break } from "./breaks/break.js";
import type { Experiment } from "./experiment.js";
import { noticesBreak } from "./notices-break.js";
import { seededRandom } from "./random.js";
import { runExperiments } from "./run-experiments.js";
import type { Pairing } from "./world/pairings.js";
import { createPlaces } from "./world/places.js";

const SCALE = 0.02;
const TIMEOUT_MS = 240_000;

/** Real runs at small scale, each with another seed, which a failure names. */
export function smallRuns(pairing: Pairing) {
  const places = createPlaces(process.env);
  afterAll(() => places.stop());

  const run = async (experiment: Experiment) => {
    const seed = seededRandom(Date.now(), experiment.name).below(2 ** 31);
    const lines: string[] = [];
    const report = await runExperiments({
      experiments: [experiment],
      pairings: [pairing],
      scale: SCALE,
      seed,
      places,
      say: (line) => lines.push(line),
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
    /** One test for each experiment that has a break: it misses the first of its breaks. `npm run prove -- --breaks` tries them all. */
    miss: (breaks: readonly Break[], experiments: readonly Experiment[]): void => {
      const firsts = breaks.filter(({ experiment }, place) => breaks.findIndex((one) => one.experiment === experiment) === place);
      it.each(firsts)("$experiment, when $wrong", { timeout: TIMEOUT_MS }, async (broken) => {
        const said: string[] = [];
        const about = { pairing, scale: SCALE, seed: Date.now(), places, say: (line: string) => void said.push(line) };
        expect(await noticesBreak(broken, { ...about, experiments }), said.join("\n")).toBe(true);
      });
    },
  };
}

import type { Break } from "./breaks/break.js";
import type { Experiment } from "./experiment.js";
import { seededRandom } from "./random.js";
import { type RunOptions, runExperiments } from "./run-experiments.js";
import type { Pairing } from "./world/pairings.js";

/** So small a run may happen not to do what is broken. */
const MOST_RUNS = 3;

export interface BreakRun extends Pick<RunOptions, "scale" | "seed" | "places" | "say" | "signal"> {
  readonly experiments: readonly Experiment[];
  readonly pairing: Pairing;
}

/** Whether a break's experiment misses it, as it must, in one of a few runs with seeds of their own. */
export async function noticesBreak(
  { name, experiment }: Break,
  { experiments, pairing, seed, ...run }: BreakRun,
): Promise<boolean> {
  const broken = experiments.filter((one) => one.name === experiment);
  for (let runs = 0; runs < MOST_RUNS && !run.signal?.aborted; runs++) {
    const seedOfRun = seededRandom(seed, name, String(runs)).below(2 ** 31);
    const { results } = await runExperiments({
      ...run,
      experiments: broken,
      pairings: [pairing],
      seed: seedOfRun,
      breakName: name,
    });
    if (results.some(({ holds }) => !holds)) return !run.signal?.aborted;
  }
  return false;
}

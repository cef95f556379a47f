import type { Bench } from "./benchmark.js";
import type { Measurement } from "./report.js";

/** So many that each of the typical rules selects somebody, and nobody waits long. */
export const FEW_CUSTOMERS = 3_000;

/** A run of few rounds, and what it measured. */
export function smallBench(folder: string): { readonly bench: Bench; readonly results: readonly Measurement[] } {
  const results: Measurement[] = [];
  const bench: Bench = {
    full: false,
    rounds: 1,
    folder,
    keepsData: false,
    mongo: async () => ({ missing: "is not asked for" }),
    redis: async () => ({ missing: "is not asked for" }),
    server: () => {},
    measured: (measurement) => void results.push(measurement),
    notRun: () => {},
    say: () => {},
  };
  return { bench, results };
}

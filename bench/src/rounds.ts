import type { Measurement } from "./report.js";

/** Times in milliseconds, a pair for each round. */
export interface Rounds {
  readonly ours: readonly number[];
  readonly baseline: readonly number[];
}

/**
 * Takes turns, so that whatever else the machine does falls on both alike; who goes first changes with each round. Both are run
 * once before they count, and must answer the same every time.
 */
export async function alternate(
  rounds: number,
  ours: () => Promise<number>,
  baseline: () => Promise<number>,
): Promise<Rounds & { readonly answer: number }> {
  const times = { ours: [] as number[], baseline: [] as number[] };
  const answer = await baseline();
  await ours();
  const sides = [
    { run: ours, into: times.ours },
    { run: baseline, into: times.baseline },
  ];
  for (let round = 0; round < rounds; round++) {
    for (const { run, into } of round % 2 === 0 ? sides : [...sides].reverse()) {
      const begun = performance.now();
      const given = await run();
      into.push(performance.now() - begun);
      if (given !== answer) throw new Error(`the answers differ: ${given} and ${answer}`);
    }
  }
  return { ...times, answer };
}

interface Compared {
  readonly ours: readonly number[];
  readonly baseline: readonly number[];
  readonly answer: number;
}

/** Takes turns, as `alternate` does, but each side has its own answer, which stays. */
export async function eachBesideEach(
  rounds: number,
  ours: () => Promise<number>,
  baseline: () => Promise<number>,
): Promise<Compared> {
  const sides = [
    { ask: ours, times: [] as number[], answer: await ours() },
    { ask: baseline, times: [] as number[], answer: await baseline() },
  ] as const;
  for (let round = 0; round < Math.max(rounds, 5); round++) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const begun = performance.now();
      const answer = await side.ask();
      side.times.push(performance.now() - begun);
      if (answer !== side.answer) throw new Error(`the answer was ${side.answer}, and is ${answer}`);
    }
  }
  return { ours: sides[0].times, baseline: sides[1].times, answer: sides[0].answer };
}

/** By nearest rank; `share` is in [0, 1]. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

/** The median over rounds of how much longer the baseline took in that round: more than 1 is better than the baseline. */
export function ratioOf({ ours, baseline }: Rounds): number {
  return quantile(
    ours.map((time, round) => (baseline[round] ?? Number.NaN) / time),
    0.5,
  );
}

/** What a measurement says of its times. */
export function timesOf({ ours, baseline }: Rounds): Pick<Measurement, "unit" | "ours" | "oursP95" | "baseline" | "baselineP95"> {
  return {
    ours: quantile(ours, 0.5),
    baseline: quantile(baseline, 0.5),
    unit: "ms",
    oursP95: quantile(ours, 0.95),
    baselineP95: quantile(baseline, 0.95),
  };
}

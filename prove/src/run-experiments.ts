import { commitOf, type Missing } from "@crm-engine/servers";
import type { Experiment } from "./experiment.js";
import { seededRandom } from "./random.js";
import type { NotRun, Report, Result } from "./report.js";
import { scaleOf } from "./scale.js";
import { createVerdict } from "./verdict.js";
import type { Pairing } from "./world/pairings.js";
import type { Place, Places } from "./world/places.js";
import { openWorld } from "./world/world.js";

export interface RunOptions {
  readonly experiments: readonly Experiment[];
  readonly pairings: readonly Pairing[];
  /** 1 is the figures of the specification. */
  readonly scale: number;
  readonly seed: number;
  readonly places: Places;
  /** Breaks every crm process on purpose: its experiment must miss. */
  readonly breakName?: string;
  /** Leaves folders and journals behind. */
  readonly keep?: boolean;
  readonly say: (line: string) => void;
  /** Ends the run: the experiment under way counts as missed, and what it started is removed. */
  readonly signal?: AbortSignal;
  /** Told after each experiment, so that a run that is cut short keeps what it has. */
  readonly onReport?: (report: Report) => void;
}

/** Each experiment on each pairing, one after the other, in a fresh world. */
export async function runExperiments(options: RunOptions): Promise<Report> {
  const { experiments, pairings, seed, scale, places, say } = options;
  const results: Result[] = [];
  const notRun: NotRun[] = [];
  const versions: Record<string, string> = {};
  const about = {
    seed,
    scale,
    commit: commitOf(import.meta.dirname),
    node: process.version,
    startedAt: new Date().toISOString(),
  };
  const report = (): Report => ({ ...about, servers: { ...versions }, results: [...results], notRun: [...notRun] });

  for (const experiment of experiments) {
    for (const pairing of pairings) {
      if (options.signal?.aborted) return report();
      const { name } = experiment;
      const place = await placeFor(experiment, pairing, places);
      if ("missing" in place) {
        notRun.push({ name, pairing, reason: place.missing });
        say(`${name} on ${pairing}: not run (${place.missing})`);
      } else {
        say(`${name} on ${pairing}: seed ${seed}, scale ${scale}: ${experiment.mustBe}`);
        const result = await runOne(experiment, pairing, place, options, (server) => {
          versions[pairing] = server;
        });
        results.push(result);
        say(`${name} on ${pairing}: ${result.holds ? "holds" : "MISSES"} (${(result.tookMs / 1_000).toFixed(1)} s)`);
        for (const miss of result.misses) say(`  ${miss}`);
      }
      options.onReport?.(report());
    }
  }
  return report();
}

async function placeFor(experiment: Experiment, pairing: Pairing, places: Places): Promise<Place | Missing> {
  const reason = experiment.notApplicable?.[pairing];
  if (reason !== undefined) return { missing: `n/a: ${reason}` };
  return places.at(pairing, { ownBroker: experiment.needsOwnBroker ?? false });
}

async function runOne(
  experiment: Experiment,
  pairing: Pairing,
  place: Place,
  { scale, seed, breakName, keep = false, say, signal }: RunOptions,
  onVersions: (servers: string) => void,
): Promise<Result> {
  const { name } = experiment;
  const verdict = createVerdict();
  const begunAt = Date.now();
  const world = await openWorld({
    name,
    pairing,
    place,
    scale: scaleOf(scale),
    random: seededRandom(seed, name, pairing),
    keep,
    say: (line) => say(`  ${((Date.now() - begunAt) / 1_000).toFixed(0).padStart(4)} s  ${line}`),
    ...(breakName === undefined ? {} : { breakName }),
  });
  const giveUp = (error: unknown): void =>
    verdict.miss(`it could not be carried out to the end: ${error instanceof Error ? error.message : String(error)}`);
  // What fails beside the experiment's own course must not go unnoticed, nor end the whole run.
  process.on("unhandledRejection", giveUp);
  try {
    const { store, queue } = await world.engine.ready();
    onVersions(`${store.name} ${store.version} / ${queue.name} ${queue.version}`);
    await Promise.race([experiment.run(world, verdict), ...(signal === undefined ? [] : [interruption(signal)])]);
  } catch (error) {
    giveUp(error);
  } finally {
    await world.close();
    process.off("unhandledRejection", giveUp);
  }
  for (const end of world.unexpectedEnds()) verdict.miss(end);
  const { figures, misses } = verdict.finding();
  return { name, pairing, holds: misses.length === 0, tookMs: Date.now() - begunAt, figures, misses };
}

function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const interrupt = (): void => reject(new Error("it was interrupted"));
    if (signal.aborted) interrupt();
    signal.addEventListener("abort", interrupt, { once: true });
  });
}

import { orExit, UsageError } from "@crm-engine/servers";
import { BREAKS } from "./breaks/breaks.js";
import { EXPERIMENTS } from "./experiments/index.js";
import { noticesBreak } from "./notices-break.js";
import { type Options, parseOptions, USAGE } from "./options.js";
import { formatReport, reportHolds, writeReport } from "./report.js";
import { runExperiments } from "./run-experiments.js";
import { createPlaces } from "./world/places.js";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function readOptions(args: readonly string[]): Options {
  const options = parseOptions(
    args,
    EXPERIMENTS.map(({ name }) => name),
  );
  const { breakName } = options;
  const known = BREAKS.map(({ name }) => name);
  if (breakName !== undefined && !known.includes(breakName)) throw new UsageError(`--break may be ${known.join(", ")}`);
  return options;
}

const options = orExit("prove", USAGE, readOptions);
const { names, json } = options;
const places = createPlaces(process.env);
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort());
const experiments = EXPERIMENTS.filter(({ name }) => names.length === 0 || names.includes(name));

async function prove(): Promise<boolean> {
  const report = await runExperiments({
    ...options,
    experiments,
    places,
    say,
    signal: interrupted.signal,
    ...(json === undefined ? {} : { onReport: (soFar) => writeReport(json, soFar) }),
  });
  say(formatReport(report));
  return reportHolds(report);
}

/** Whether each experiment misses each of its breaks, wherever it can be asked. */
async function tryBreaks(): Promise<boolean> {
  const tried: string[] = [];
  let unnoticed = 0;
  for (const broken of BREAKS) {
    const experiment = experiments.find(({ name }) => name === broken.experiment);
    for (const pairing of options.pairings) {
      if (!experiment || experiment.notApplicable?.[pairing] !== undefined || interrupted.signal.aborted) continue;
      const run = { ...options, experiments: [experiment], pairing, places, say, signal: interrupted.signal };
      const isNoticed = await noticesBreak(broken, run);
      tried.push(`${isNoticed ? "noticed" : "NOT NOTICED"}: ${broken.experiment} on ${pairing}, when ${broken.wrong}`);
      if (!isNoticed) unnoticed += 1;
    }
  }
  say(["", ...tried, `${tried.length - unnoticed} noticed, ${unnoticed} not`].join("\n"));
  return tried.length > 0 && unnoticed === 0;
}

try {
  process.exitCode = (await (options.breaks ? tryBreaks() : prove())) ? 0 : 1;
} finally {
  await places.stop();
}
// An experiment that was interrupted may still be waiting for something.
process.exit();

import { orExit, UsageError } from "@crm-engine/servers";
import { BREAKS } from "./breaks/breaks.js";
import { EXPERIMENTS } from "./experiments/index.js";
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
try {
  const report = await runExperiments({
    ...options,
    experiments: EXPERIMENTS.filter(({ name }) => names.length === 0 || names.includes(name)),
    places,
    say,
    signal: interrupted.signal,
    ...(json === undefined ? {} : { onReport: (soFar) => writeReport(json, soFar) }),
  });
  say(formatReport(report));
  process.exitCode = reportHolds(report) ? 0 : 1;
} finally {
  await places.stop();
}
// An experiment that was interrupted may still be waiting for something.
process.exit();

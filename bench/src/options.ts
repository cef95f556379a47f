import { parseArgs } from "node:util";
import { readArguments, requireKnown, UsageError } from "@crm-engine/servers";

export interface Options {
  /** Benchmarks by name; all, if empty. */
  readonly names: readonly string[];
  readonly full: boolean;
  readonly rounds: number;
  readonly json?: string;
  readonly data?: string;
}

export const USAGE = `usage: npm run bench -- [NAME...] [--full] [--rounds N] [--data FOLDER] [--json FILE]

  NAME      a benchmark; all of them, if absent
  --full    at ten times the size: 1,000,000 customers and 3,000,000 orders for estimates and reachable, 1,000,000 rows for lists,
            1,000,000 orders for hot-customer, 10 uploads of 500,000 rows
  --rounds  pairs of runs for each figure, at least 5; 20
  --data    keeps generated data in this folder and in the server's databases crm_bench_*, and uses what is there
  --json    writes the results here, after each of them

MongoDB-compatible: where TEST_MONGO_URL says, else a container (TEST_MONGO_IMAGE chooses another than the official image).
`;

const DEFAULT_ROUNDS = 20;
const MIN_ROUNDS = 5;

export function parseOptions(args: readonly string[], known: readonly string[]): Options {
  const { values, positionals } = readArguments(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        full: { type: "boolean" },
        rounds: { type: "string" },
        json: { type: "string" },
        data: { type: "string" },
      },
    }),
  );
  requireKnown("benchmark", positionals, known);
  const rounds = values.rounds === undefined ? DEFAULT_ROUNDS : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < MIN_ROUNDS) {
    throw new UsageError(`--rounds must be a whole number, at least ${MIN_ROUNDS}, not ${values.rounds}`);
  }
  return {
    names: positionals,
    full: values.full ?? false,
    rounds,
    ...(values.json === undefined ? {} : { json: values.json }),
    ...(values.data === undefined ? {} : { data: values.data }),
  };
}

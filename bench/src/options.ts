import { parseArgs } from "node:util";

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
  --full    at 1,000,000 customers and 3,000,000 orders, instead of a tenth of that
  --rounds  pairs of runs for each figure, at least 5; 20
  --data    keeps generated data in this folder and in the server's databases crm_bench_*, and uses what is there
  --json    writes the results here, after each of them

MongoDB-compatible: where TEST_MONGO_URL says, else a container (TEST_MONGO_IMAGE chooses another than the official image).
`;

const DEFAULT_ROUNDS = 20;
const MIN_ROUNDS = 5;

/** What is wrong with the command line, in a sentence. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export function parseOptions(args: readonly string[], known: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const stranger = positionals.find((name) => !known.includes(name));
  if (stranger !== undefined) throw new UsageError(`there is no benchmark ${stranger}: there are ${known.join(", ")}`);
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

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        full: { type: "boolean" },
        rounds: { type: "string" },
        json: { type: "string" },
        data: { type: "string" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

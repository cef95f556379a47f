import { parseArgs } from "node:util";
import { readArguments, requireKnown, UsageError } from "@crm-engine/servers";
import { PAIRINGS, type Pairing } from "./world/pairings.js";

export interface Options {
  /** Experiments by name; all, if empty. */
  readonly names: readonly string[];
  readonly scale: number;
  readonly seed: number;
  readonly json?: string;
  readonly pairings: readonly Pairing[];
  readonly keep: boolean;
  readonly breakName?: string;
  /** Tries every break of these experiments instead. */
  readonly breaks: boolean;
}

export const USAGE = `usage: npm run prove -- [NAME...] [--scale X] [--seed N] [--json FILE] [--on sqlite,redis,rabbitmq] [--keep] [--break NAME | --breaks]

  NAME     an experiment; all of them, if absent
  --scale  1 is the full size (100,000 people, 100 kills ...); 0.02 takes a few minutes
  --seed   repeats the choices of an earlier run
  --json   writes the results here, after each experiment
  --on     which stores and queues: sqlite, redis (MongoDB-compatible and Redis), rabbitmq (MongoDB-compatible and RabbitMQ)
  --keep   leaves files and journals behind
  --break  breaks every process on purpose, by name: the experiment must miss
  --breaks tries every break of these experiments, one after the other: each must be missed (at --scale 0.02 within half an hour)

Servers are containers, of TEST_REDIS_IMAGE, TEST_RABBITMQ_IMAGE and TEST_MONGO_IMAGE if set; or where TEST_REDIS_URL, TEST_AMQP_URL
and TEST_MONGO_URL say, except for experiments that kill them.
`;

export function parseOptions(args: readonly string[], known: readonly string[]): Options {
  const { values, positionals } = readArguments(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        scale: { type: "string" },
        seed: { type: "string" },
        json: { type: "string" },
        on: { type: "string" },
        keep: { type: "boolean" },
        break: { type: "string" },
        breaks: { type: "boolean" },
      },
    }),
  );
  requireKnown("experiment", positionals, known);
  const pairings = (values.on?.split(",") ?? PAIRINGS).map((name) => {
    const pairing = PAIRINGS.find((one) => one === name);
    if (!pairing) throw new UsageError(`--on may be ${PAIRINGS.join(", ")}, not ${name}`);
    return pairing;
  });
  const scale = number("--scale", values.scale ?? "1");
  if (scale <= 0 || scale > 100) throw new UsageError("--scale may be more than 0 and up to 100");
  return {
    names: positionals,
    scale,
    seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : number("--seed", values.seed),
    pairings,
    keep: values.keep ?? false,
    breaks: values.breaks ?? false,
    ...(values.json === undefined ? {} : { json: values.json }),
    ...(values.break === undefined ? {} : { breakName: values.break }),
  };
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new UsageError(`${name} must be a number, not ${text}`);
  return value;
}

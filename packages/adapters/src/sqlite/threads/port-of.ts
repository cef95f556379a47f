import type { Operations, PortOf } from "../schema/operations.js";

/** Items of one transaction: other writes wait no longer than these take. */
const CHUNK = 200;

/** Runs an operation on the thread for its kind; `scan` and `survey` are reads, each on a thread for long ones. */
export type Run = (
  way: "read" | "scan" | "survey" | "write" | "peek",
  name: string,
  args: readonly unknown[],
  signal?: AbortSignal,
) => Promise<unknown>;
/** The methods of a noun, each of which runs its operation on a thread of the file. */
export function portOf<O extends Operations>(run: Run, noun: string, operations: O): PortOf<O> {
  const methods = (table: Operations["reads"], call: (name: string, args: readonly unknown[]) => Promise<unknown>) =>
    Object.fromEntries(
      Object.keys(table ?? {}).map((name) => [name, (...args: readonly unknown[]) => call(`${noun}.${name}`, args)]),
    );
  const { reads, scans, surveys, writes, chunked, peeks, composed } = operations;
  return {
    ...methods(reads, (name, args) => run("read", name, args)),
    ...methods(scans, (name, args) => run("scan", name, ...withoutSignal(args))),
    ...methods(surveys, (name, args) => run("survey", name, ...withoutSignal(args))),
    ...methods(writes, (name, args) => run("write", name, args)),
    ...methods(chunked, (name, [items]) => inChunks(items as readonly unknown[], (chunk) => run("write", name, [chunk]))),
    ...methods(peeks, (name, args) => run("peek", name, args)),
    ...(composed ? composed.methods(portOf(run, noun, composed.steps) as never) : {}),
  } as PortOf<O>;
}

/** The port of each noun. */
export function portsOf<N extends Readonly<Record<string, Operations>>>(
  run: Run,
  nouns: N,
): { readonly [K in keyof N]: PortOf<N[K]> } {
  return Object.fromEntries(Object.entries(nouns).map(([noun, operations]) => [noun, portOf(run, noun, operations)])) as {
    readonly [K in keyof N]: PortOf<N[K]>;
  };
}

/** A signal can't be passed to a thread: see `DatabaseThread.call`. */
function withoutSignal(args: readonly unknown[]): readonly [readonly unknown[], AbortSignal?] {
  const last = args.at(-1);
  return typeof last === "object" && last !== null && "signal" in last && last.signal instanceof AbortSignal
    ? [args.slice(0, -1), last.signal]
    : [args];
}

/** One after the other, in order, an empty list as one chunk. The results, all lists or all maps, become one. */
async function inChunks(items: readonly unknown[], work: (chunk: readonly unknown[]) => Promise<unknown>): Promise<unknown> {
  const results: unknown[] = [];
  for (let start = 0; start === 0 || start < items.length; start += CHUNK)
    results.push(await work(items.slice(start, start + CHUNK)));
  if (results.every((result) => result instanceof Map)) return new Map(results.flatMap((result) => [...result]));
  return results.every(Array.isArray) ? results.flat() : undefined;
}

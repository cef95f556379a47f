import { CrmError } from "../errors.js";

type AsyncMembers = object;

/** A port's members as plain functions: each call is one indivisible step. */
export type Sync<P extends AsyncMembers> = {
  readonly [K in keyof P]: P[K] extends (...args: infer A) => Promise<infer R> ? (...args: A) => R : never;
};

/** Whether the handle was closed. */
export interface Gate {
  readonly closed: boolean;
}

/**
 * A port on data in memory: arguments and results are copied, so that callers share no data with the store, and every call is one
 * atomic step, which a signal can only prevent. After the gate has closed, calls reject as `closed`.
 */
export function asyncPort<P extends AsyncMembers>(sync: Sync<P>, gate: Gate): P {
  const members = Object.entries<(...args: readonly unknown[]) => unknown>(sync).map(([name, call]) => [
    name,
    async (...args: readonly unknown[]): Promise<unknown> => {
      if (gate.closed) throw new CrmError("closed", "The store is closed.");
      return structuredClone(call(...structuredClone(args.map(withoutSignal))));
    },
  ]);
  return Object.fromEntries(members) as P;
}

/** A signal can't be copied; it is checked once, before the step. */
function withoutSignal(arg: unknown): unknown {
  if (typeof arg !== "object" || arg === null || !("signal" in arg) || !(arg.signal instanceof AbortSignal)) return arg;
  arg.signal.throwIfAborted();
  const { signal: _, ...rest } = arg;
  return rest;
}

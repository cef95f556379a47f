import type { Store } from "@crm-engine/core/ports";
import { nouns } from "./threads/operations.js";
import { portsOf } from "./threads/port-of.js";
import { createSession, type SqliteOptions } from "./threads/session.js";

export interface SqliteStoreOptions extends SqliteOptions {
  /** Time for finding the recipients in one range of a plan: a third of the planner's lease, which is 15,000. 5,000. */
  readonly planTimeoutMs?: number;
}

/**
 * A store in one SQLite file, for any number of processes of one machine. Nothing is opened before the first call. All work
 * is done on threads of its own, never on the event loop.
 */
export function sqliteStore({ planTimeoutMs = 5_000, ...options }: SqliteStoreOptions): Store {
  const session = createSession(options);
  const { communications, ...ports } = portsOf(session.run, nouns);
  return {
    ...ports,
    communications: { ...communications, plan: (range) => communications.plan(range, planTimeoutMs) },
    info: session.info,
    close: session.close,
  };
}

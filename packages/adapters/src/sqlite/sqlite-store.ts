import type { Store } from "@crm-engine/core/ports";
import { nouns } from "./threads/operations.js";
import { portsOf } from "./threads/port-of.js";
import { createSession, type SqliteOptions } from "./threads/session.js";

/**
 * A store in one SQLite file, for any number of processes of one machine. Nothing is opened before the first call. All work
 * is done on threads of its own, never on the event loop.
 */
export function sqliteStore(options: SqliteOptions): Store {
  const session = createSession(options);
  return { ...portsOf(session.run, nouns), info: session.info, close: session.close };
}

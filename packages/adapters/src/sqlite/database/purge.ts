import type { Connection } from "./connection.js";

/** Purging may take a hundredth of the time: the longer it takes, the more seldom it is done. */
const SHARE = 100;
/** How often cutting the log is tried, each for as long as the connection waits for locks. */
const CUTS = 4;

interface Purged {
  readonly endedAt: number;
  readonly tookMs: number;
}

const last = new WeakMap<Connection, Purged>();

/**
 * Takes what was deleted out of the file. SQLite overwrites what it deletes (`secure_delete`), but not what it leaves behind where it moves rows
 * within and between pages: so the file is written anew, and then its log is cut. True says so of all that was deleted before the call. False
 * where a purge ended too short a time ago, or somebody kept reading in the log: it is all done again later. Other writes wait meanwhile.
 */
export function purge({ db }: { readonly db: Connection }): boolean {
  const before = last.get(db);
  const beganAt = performance.now();
  if (before && beganAt - before.endedAt < before.tookMs * SHARE) return false;
  writeAnew(db);
  const isCut = cutLog(db);
  const endedAt = performance.now();
  last.set(db, { endedAt, tookMs: endedAt - beganAt });
  return isCut;
}

function writeAnew(db: Connection): void {
  // In memory, the copy of a large file would be too large.
  db.exec("PRAGMA temp_store = DEFAULT");
  try {
    db.exec("VACUUM");
  } finally {
    db.exec("PRAGMA temp_store = MEMORY");
  }
}

function cutLog(db: Connection): boolean {
  for (let left = CUTS; left > 0; left--) if (db.get("PRAGMA wal_checkpoint(TRUNCATE)")?.busy === 0) return true;
  return false;
}

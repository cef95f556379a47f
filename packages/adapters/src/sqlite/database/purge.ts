import type { Connection } from "./connection.js";

/** Purging may take a hundredth of the time: the longer it takes, the more seldom it is done. */
const SHARE = 100;

interface Written {
  readonly endedAt: number;
  readonly tookMs: number;
  /** Its log was cut since. */
  isCut: boolean;
}

const last = new WeakMap<Connection, Written>();

/**
 * Takes what was deleted out of the file. SQLite overwrites what it deletes (`secure_delete`), but not what it leaves behind where it moves rows
 * within and between pages: so the file is written anew, and then its log is cut. False where that was done too short a time ago, or while
 * somebody reads in the log. Other writes wait meanwhile.
 */
export function purge({ db }: { readonly db: Connection }): boolean {
  const before = last.get(db);
  if (before?.isCut && performance.now() - before.endedAt < before.tookMs * SHARE) return false;
  const written = before?.isCut === false ? before : writeAnew(db);
  last.set(db, written);
  written.isCut = db.get("PRAGMA wal_checkpoint(TRUNCATE)")?.busy === 0;
  return written.isCut;
}

function writeAnew(db: Connection): Written {
  const beganAt = performance.now();
  // In memory, the copy of a large file would be too large.
  db.exec("PRAGMA temp_store = DEFAULT");
  try {
    db.exec("VACUUM");
  } finally {
    db.exec("PRAGMA temp_store = MEMORY");
  }
  const endedAt = performance.now();
  return { endedAt, tookMs: endedAt - beganAt, isCut: false };
}

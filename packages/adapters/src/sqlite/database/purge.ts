import type { Scope } from "../schema/scope.js";

/**
 * What is deleted is overwritten in the file (`secure_delete`); what the write-ahead log still holds of it goes with the log. False while
 * somebody reads there.
 */
export function purge({ db }: Pick<Scope, "db">): boolean {
  return db.get("PRAGMA wal_checkpoint(TRUNCATE)")?.busy === 0;
}

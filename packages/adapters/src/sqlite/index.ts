export type { SqliteOptions } from "./session.js";
export { type SqliteQueueOptions, sqliteQueue } from "./sqlite-queue.js";
export { sqliteSpool } from "./sqlite-spool.js";
export { sqliteStore } from "./sqlite-store.js";

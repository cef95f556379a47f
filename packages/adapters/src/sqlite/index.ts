export { type SqliteQueueOptions, sqliteQueue } from "./sqlite-queue.js";
export { sqliteSpool } from "./sqlite-spool.js";
export { sqliteStore } from "./sqlite-store.js";
export type { SqliteOptions } from "./threads/session.js";

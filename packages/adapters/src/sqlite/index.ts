export { type SqliteQueueOptions, sqliteQueue } from "./sqlite-queue.js";
export { sqliteScratch } from "./sqlite-scratch.js";
export { sqliteSpool } from "./sqlite-spool.js";
export { type SqliteStoreOptions, sqliteStore } from "./sqlite-store.js";
export type { SqliteOptions } from "./threads/session.js";

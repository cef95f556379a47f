export { createMemoryBroker, type MemoryBroker, type MemoryQueueOptions, memoryQueue } from "./memory-queue.js";
export { memoryScratch } from "./memory-scratch.js";
export { memorySpool } from "./memory-spool.js";
export { createMemoryDatabase, type MemoryDatabase, type MemoryStoreOptions, memoryStore } from "./memory-store.js";

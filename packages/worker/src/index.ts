export { createWorker, type Worker, type WorkerOptions } from "./create-worker.js";
export { type Presence, type PresenceOptions, startPresence } from "./presence.js";

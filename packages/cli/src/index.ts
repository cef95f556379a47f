export { exitAfter } from "./exit.js";
export { serveCommand } from "./serve.js";
export type { Compose } from "./services.js";
export { startCommand } from "./start.js";
export { workerCommand } from "./worker.js";

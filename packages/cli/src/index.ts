export { CommandError, exitAfter } from "./exit.js";
export { type ServeCommandOptions, serveCommand } from "./serve.js";
export type { Compose } from "./services.js";
export { type ConsoleBuilder, type StartOptions, startCommand } from "./start.js";
export { workerCommand } from "./worker.js";

export { exitAfter } from "./exit.js";
export { startCommand } from "./start.js";

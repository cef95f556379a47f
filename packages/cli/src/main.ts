import { exitAfter } from "./exit.js";
import { createProgram } from "./program.js";

await exitAfter(() => createProgram().parseAsync());

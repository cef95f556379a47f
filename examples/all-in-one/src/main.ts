import { exitAfter, startCommand } from "@crm-engine/cli";
import { createConsoleBuilder } from "./console/console-builder.js";
import { consoleSources } from "./console/console-sources.js";

// API, worker and web console in one process, on one SQLite file: what `npm start` runs. Configured by the same variables as `crm`.
// An argument names another package of a console than examples/console.
await exitAfter(() => startCommand({ console: createConsoleBuilder(consoleSources(process.argv[2])) }));

import { exitAfter, startCommand } from "@crm-engine/cli";

// API and worker in one process, on one SQLite file: what `npm start` runs. Configured by the same variables as `crm`.
await exitAfter(startCommand);

import { parseArgs } from "node:util";
import { exitAfter, serveCommand, startCommand, workerCommand } from "@crm-engine/cli";
import { BREAKS } from "./breaks.js";
import { composeBroken } from "./compose-broken.js";

/** `node prove/dist/breaks/main.js serve|worker|start --break NAME`: the crm command with one port broken. */
const COMMANDS = { serve: serveCommand, worker: workerCommand, start: startCommand };

const { values, positionals } = parseArgs({ allowPositionals: true, options: { break: { type: "string" } } });
const command = Object.entries(COMMANDS).find(([name]) => name === positionals[0])?.[1];
const broken = BREAKS.find(({ name }) => name === values.break);
if (!command || !broken) {
  const names = BREAKS.map(({ name }) => name).join("|");
  process.stderr.write(`usage: node prove/dist/breaks/main.js ${Object.keys(COMMANDS).join("|")} --break ${names}\n`);
  process.exit(64);
}
await exitAfter(() => command({ compose: async (config) => (await composeBroken(config, broken)).engine }));

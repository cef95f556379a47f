import { CommandError, exitAfter } from "@crm-engine/cli";
import { createConsoleBuilder } from "./console-builder.js";
import { consoleSources } from "./console-sources.js";

// `npm run build:console`: builds the console in the foreground, if it is not built of these sources already. An argument names
// another package than examples/console.
const builder = createConsoleBuilder(consoleSources(process.argv[2]), {
  onOutput: (chunk) => void process.stdout.write(chunk),
});

await exitAfter(async () => {
  let interrupted = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      interrupted = true;
      void builder.close();
    });
  }
  await builder.begin((line) => void process.stdout.write(`${line}\n`));
  const state = builder.state();
  if (interrupted) throw new CommandError("interrupted: the web console was not built");
  if (state.status === "failed" || state.status === "absent") throw new CommandError(state.reason);
  process.stdout.write("The web console is up to date: examples/console/dist.\n");
});

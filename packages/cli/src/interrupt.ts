import { EXIT } from "./exit.js";

/** Aborted by the first SIGTERM or SIGINT, so that a command can end in order; a second one ends the process at once. */
export function interruptSignal(): AbortSignal {
  const interrupt = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => (interrupt.signal.aborted ? process.exit(EXIT.interrupted) : interrupt.abort()));
  }
  return interrupt.signal;
}

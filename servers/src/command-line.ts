/** What is wrong with a command line, in a sentence. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Whatever is thrown while arguments are read becomes a `UsageError`. */
export function readArguments<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** `what` is what is run by name. */
export function requireKnown(what: string, names: readonly string[], known: readonly string[]): void {
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) throw new UsageError(`there is no ${what} ${stranger}: there are ${known.join(", ")}`);
}

/** What the command line says; ends the process, with the usage, where it says something wrong. */
export function orExit<T>(command: string, usage: string, read: (args: readonly string[]) => T): T {
  try {
    return read(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${command}: ${error.message}\n\n${usage}`);
    process.exit(64);
  }
}

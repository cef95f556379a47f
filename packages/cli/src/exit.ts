import { ConfigError } from "@crm-engine/adapters/container";
import { CrmError } from "@crm-engine/core";

/** sysexits.h: 78 is EX_CONFIG. */
export const EXIT = { failure: 1, configuration: 78, interrupted: 130 } as const;

/** A command that can't go on for a reason that its user can read and mend. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** Runs a command to its end and leaves with its exit code; what went wrong is one line on stderr. */
export async function exitAfter(command: () => Promise<unknown>): Promise<never> {
  try {
    await command();
  } catch (error) {
    process.stderr.write(`crm: ${explain(error)}\n`);
    process.exit(isConfiguration(error) ? EXIT.configuration : (process.exitCode ?? EXIT.failure));
  }
  process.exit();
}

/** Wrong settings, among them a port that is in use: the server names the variable. */
function isConfiguration(error: unknown): boolean {
  return error instanceof ConfigError || (error instanceof CrmError && error.details.variable !== undefined);
}

/** Our own errors speak for themselves; of any other the stack is worth having. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof CommandError || error instanceof CrmError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import type { Readable } from "node:stream";
import { identityOf, type ProcessIdentity } from "./process-identity.js";

const LAST_LINES = 20;
const LAST_CHARS = 8_000;
/** How long a build that is ended may take to put things in order. */
const GRACE_MS = 2_000;

export interface StepOptions {
  readonly folder: string;
  /** Ends the step and everything that it started. */
  readonly signal: AbortSignal;
  /** All that it says, as it says it. */
  readonly onOutput: (chunk: string) => void;
  /** The process group in which it runs, once it does. */
  readonly onStart: (group: ProcessIdentity | undefined) => void;
}

export type StepResult =
  | { readonly status: "done" }
  | { readonly status: "ended" }
  /** There is no npm. */
  | { readonly status: "missing" }
  | { readonly status: "failed"; readonly code: number | string; readonly lastLines: readonly string[] };

/**
 * Runs npm at the lowest priority, in a process group of its own, which does not outlive this process: it is killed as a whole when
 * this process exits, or in order and after 2 s for good when the signal aborts. (What a kill -9 leaves running, the lock knows.)
 */
export async function runNpm(args: readonly string[], { folder, signal, onOutput, onStart }: StepOptions): Promise<StepResult> {
  if (signal.aborted) return { status: "ended" };
  const child = spawn("npm", args, { cwd: folder, env: cleanEnv(), detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const { pid } = child;
  const killGroup = (how: NodeJS.Signals): void => {
    if (pid !== undefined) killIfThere(-pid, how);
  };
  // Whoever npm leaves behind would go on writing, and holds its output open.
  child.on("exit", () => killGroup("SIGKILL"));
  const result = resultOf(child, onOutput);
  const atExit = (): void => killGroup("SIGKILL");
  process.on("exit", atExit);
  let late: NodeJS.Timeout | undefined;
  const end = (): void => {
    killGroup("SIGTERM");
    late = setTimeout(() => killGroup("SIGKILL"), GRACE_MS);
  };
  signal.addEventListener("abort", end, { once: true });
  try {
    if (pid !== undefined) lower(pid);
    onStart(pid === undefined ? undefined : identityOf(pid));
    const settled = await result;
    onStart(undefined);
    return signal.aborted ? { status: "ended" } : settled;
  } finally {
    clearTimeout(late);
    if (child.exitCode === null && child.signalCode === null) killGroup("SIGKILL");
    process.off("exit", atExit);
    signal.removeEventListener("abort", end);
  }
}

function resultOf(child: ChildProcessByStdio<null, Readable, Readable>, onOutput: StepOptions["onOutput"]): Promise<StepResult> {
  let tail = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      tail = (tail + chunk).slice(-LAST_CHARS);
      onOutput(chunk);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ENOENT" ? resolve({ status: "missing" }) : reject(error),
    );
    child.on("close", (code, killedBy) => {
      if (code === 0) resolve({ status: "done" });
      else resolve({ status: "failed", code: code ?? killedBy ?? "?", lastLines: lastLinesOf(tail) });
    });
  });
}

function lower(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already, or the system has no priorities.
  }
}

function killIfThere(pid: number, how: NodeJS.Signals): void {
  try {
    process.kill(pid, how);
  } catch (error) {
    // Nobody of the group is there any more, or (EPERM, on macOS) nobody who is not dead already.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/** Without what npm tells a script about the package that it belongs to, and with what a build needs whatever NODE_ENV says here. */
function cleanEnv(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(package|lifecycle|command|config_(local_prefix|loglevel))|INIT_CWD$|NODE_ENV$)/.test(name),
  );
  return { ...Object.fromEntries(entries), NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1", NO_UPDATE_NOTIFIER: "1" };
}

/** Without what only a terminal shows. */
function lastLinesOf(text: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of a terminal begin with one
  const plain = text.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, "");
  return plain
    .split(/\r?\n|\r/)
    .filter((line) => line.trim() !== "")
    .slice(-LAST_LINES);
}

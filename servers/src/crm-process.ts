import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const CRM = fileURLToPath(new URL("../../packages/cli/bin/crm.js", import.meta.url));

const STARTUP_MS = 60_000;
const KEPT_STDERR = 8_192;
const UP = /crm worker: working|http:\/\/127\.0\.0\.1:\d+/;

export type CrmCommand = "serve" | "worker" | "start";

export interface CrmOptions {
  /** What it is called here. */
  readonly name: string;
  readonly command: CrmCommand;
  readonly env: Readonly<Record<string, string>>;
  /** Run with the command as its argument, instead of `crm` as it is installed. */
  readonly program?: readonly [file: string, ...before: string[]];
  /** After the command. */
  readonly more?: readonly string[];
  /** Told when it ends without having been asked to. */
  readonly onUnexpectedEnd: (how: string) => void;
}

export interface Drained {
  readonly code: number | null;
  readonly tookMs: number;
  /** What it said last. */
  readonly stderr: string;
}

/** A real `crm` process. */
export interface CrmProcess {
  readonly name: string;
  readonly pid: number;
  /** Settles when it works or listens; rejects when it ends before. */
  readonly ready: Promise<void>;
  /** It is ready, and nobody has asked it to end. */
  isUp(): boolean;
  /** Where it listens, once it is ready. */
  url(): string;
  /** `kill -9`: no handler runs, nothing is flushed. Settles when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: it stands still, its connections stay open. */
  stop(): void;
  /** SIGCONT. */
  resume(): void;
  /** SIGTERM. Settles when it is gone. */
  drain(): Promise<Drained>;
}

/** As a process of its own, which drains by itself when this one dies. */
export function startCrm({ name, command, env, program = [CRM], more = [], onUnexpectedEnd }: CrmOptions): CrmProcess {
  const [file, ...before] = program;
  const child = spawn(file, [...before, command, ...more], {
    // npm_command: as below npm, which is what it looks at.
    env: { PATH: process.env.PATH ?? "", LOG_LEVEL: "error", npm_command: "run", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let askedToEnd = false;
  let stdout = "";
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-KEPT_STDERR);
  });
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  const ready = new Promise<void>((resolve, reject) => {
    const give = (why: string) => reject(new Error(`${name} ${why}: ${stderr.trim() || "it said nothing"}`));
    setTimeout(give, STARTUP_MS, `was not ready within ${STARTUP_MS / 1000} s`).unref();
    void exit.then((code) => give(`ended with ${code} before it was ready`));
    child.stdout.on("data", (chunk: Buffer) => {
      if (UP.test(stdout)) return;
      stdout += chunk.toString();
      if (UP.test(stdout)) resolve();
    });
  });
  ready.catch(() => undefined);
  void exit.then((code) => {
    if (!askedToEnd) onUnexpectedEnd(`${name} ended by itself with ${code}: ${stderr.trim() || "it said nothing"}`);
  });
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    askedToEnd = true;
    child.kill(signal);
    return exit;
  };
  return {
    name,
    pid: child.pid ?? 0,
    ready,
    isUp: () => !askedToEnd && UP.test(stdout),
    url: () => UP.exec(stdout)?.[0] ?? "",
    kill: async () => void (await end("SIGKILL")),
    stop: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    drain: async () => {
      const begunAt = Date.now();
      const code = await end("SIGTERM");
      return { code, tookMs: Date.now() - begunAt, stderr: stderr.trim() };
    },
  };
}

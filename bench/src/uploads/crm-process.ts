import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const CRM = fileURLToPath(new URL("../bin/crm.js", import.meta.resolve("@crm-engine/cli")));
const UP = /http:\/\/127\.0\.0\.1:\d+|working/;
const STARTUP_MS = 60_000;
const KEPT_STDERR = 4_000;

/** `crm serve` or `crm worker`, as a process of its own. */
export interface CrmProcess {
  /** Where it listens; empty for a worker. */
  readonly url: string;
  /** The most memory that it has had resident so far, in MiB; undefined where the system has no /proc. */
  peakMiB(): Promise<number | undefined>;
  /** SIGTERM. Settles when it is gone. */
  end(): Promise<void>;
}

/** Settles when it listens or works; rejects where it ends before. */
export async function startCrm(command: "serve" | "worker", env: Readonly<Record<string, string>>): Promise<CrmProcess> {
  const child = spawn(CRM, [command], {
    // npm_command: as below npm, so that it drains by itself when this process dies.
    env: { PATH: process.env.PATH ?? "", LOG_LEVEL: "error", npm_command: "bench", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stderr.on("data", (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-KEPT_STDERR);
  });
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  await new Promise<void>((resolve, reject) => {
    const give = (why: string) => reject(new Error(`crm ${command} ${why}: ${stderr.trim() || "it said nothing"}`));
    const late = setTimeout(give, STARTUP_MS, `was not ready within ${STARTUP_MS / 1000} s`);
    void exit.then((code) => give(`ended with ${code} before it was ready`));
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      if (!UP.test(stdout)) return;
      clearTimeout(late);
      resolve();
    });
  });
  return {
    url: /http:\/\/127\.0\.0\.1:\d+/.exec(stdout)?.[0] ?? "",
    peakMiB: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
      const kiB = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
      return kiB === undefined ? undefined : Number(kiB) / 1024;
    },
    end: async () => {
      child.kill("SIGTERM");
      await exit;
    },
  };
}

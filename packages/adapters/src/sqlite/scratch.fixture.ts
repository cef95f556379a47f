import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A path in a new temporary folder, which is the caller's to remove. */
export async function newFile(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), "crm-sqlite-")), "crm.db");
}

/** The same, removed when the test ends. */
export async function scratchFile(): Promise<string> {
  const file = await newFile();
  onTestFinished(() => rm(dirname(file), { recursive: true, force: true }));
  return file;
}

export interface OtherProcess {
  readonly child: ChildProcess;
  /** Lines printed so far. */
  readonly lines: readonly string[];
  /** Settles with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** The first line that begins so. */
  line(start: string): Promise<string>;
}

/** Runs a module in a process of its own, with the file's path as `file` and the adapter's functions at hand. */
export function runProcess(file: string, script: string): OtherProcess {
  const source = `
    import { sqliteQueue, sqliteStore } from "@crm-engine/adapters/sqlite";
    const file = ${JSON.stringify(file)};
    const say = (line) => process.stdout.write(line + "\\n");
    ${script}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const ended = Promise.all([once(child, "exit"), once(reader, "close")]).then(
    ([[code, signal]]) => (code ?? signal) as number | string,
  );
  const line = (start: string): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = lines.find((text) => text.startsWith(start));
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { child, lines, ended, line };
}

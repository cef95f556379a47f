import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const BIN = fileURLToPath(new URL("../bin/crm.js", import.meta.url));

const BARE_ENV = { PATH: process.env.PATH ?? "", LOG_LEVEL: "warn" };

export interface Exit {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CrmProcess {
  readonly child: ChildProcess;
  /** Settles when the process has said where it listens. */
  readonly url: Promise<string>;
  readonly exited: Promise<Exit>;
  /** What it has printed so far, but for its log. */
  screen(): string;
  /** What it has written to its log so far. */
  log(): string;
}

interface Listing<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** A real `crm` process, which ends with the test at the latest; nothing of this process's environment but PATH reaches it. */
export function crm(args: readonly string[], env: Readonly<Record<string, string>> = {}): CrmProcess {
  return watch(args, spawn(BIN, args, { env: { ...BARE_ENV, ...env } }));
}

/** The same as npm runs it: below a shell, which dies of a signal without passing it on. It has exited when both have. */
export function crmUnderNpm(args: readonly string[], env: Readonly<Record<string, string>> = {}): CrmProcess {
  const script = `"${BIN}" ${args.join(" ")}; true`;
  return watch(args, spawn("sh", ["-c", script], { env: { ...BARE_ENV, npm_command: "start", ...env } }));
}

function watch(args: readonly string[], child: ChildProcessWithoutNullStreams): CrmProcess {
  onTestFinished(() => void child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exited = new Promise<Exit>((resolve) => {
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  const url = new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(stdout)?.[0];
      if (found !== undefined) resolve(found);
    });
    void exited.then((exit) => reject(new Error(`crm ${args.join(" ")} ended with ${exit.code}: ${exit.stderr}`)));
  });
  url.catch(() => undefined);
  return { child, url, exited, screen: () => stdout, log: () => stderr };
}

/** A folder of one test. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "crm-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

export async function postJson<T>(url: string, body: unknown): Promise<T> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** Every item of a list, page by page. */
export async function everything<T>(url: string): Promise<readonly T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: Listing<T> = await getJson(
      `${url}${url.includes("?") ? "&" : "?"}limit=500${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

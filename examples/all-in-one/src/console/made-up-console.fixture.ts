import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { identityOf, isRunning } from "./process-identity.js";

/** Leaves half of a console first; then fails, or waits until it may go on, or makes the whole. */
const BUILD = `
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
appendFileSync("builds.log", process.pid + "\\n");
mkdirSync("out");
writeFileSync("out/index.html", "half a console");
console.log("building <b>pages</b>");
if (process.env.BUILD === "fail") { console.error("no such module <script>"); process.exit(3); }
if (process.env.BUILD === "deaf") process.on("SIGTERM", () => undefined);
while (["deaf", "slow"].includes(process.env.BUILD) && !existsSync("go.log")) await sleep(10);
writeFileSync("out/index.html", readFileSync("title.txt", "utf8"));
writeFileSync("out/404.html", "nothing");
writeFileSync("out/.policies.json", "{}");
`;

export interface MadeUpConsole {
  readonly folder: string;
  /** The process ids of its builds so far. */
  builds(): readonly number[];
  write(name: string, content: string): void;
  /** What was built, if it was. */
  built(): string | undefined;
  has(name: string): boolean;
  log(): string;
}

/** A package that is made like the console's, with a build that takes no time, and a dependency that is not downloaded. */
export function madeUpConsole(): MadeUpConsole {
  const folder = mkdtempSync(join(tmpdir(), "crm-console-"));
  const write = (name: string, content: string): void => writeFileSync(join(folder, name), content);
  const dependencies = { local: "file:local" };
  const root = { name: "made-up", version: "1.0.0", dependencies };
  const packages = { "": root, local: { version: "1.0.0" }, "node_modules/local": { resolved: "local", link: true } };
  mkdirSync(join(folder, "local"));
  write("local/package.json", JSON.stringify({ name: "local", version: "1.0.0" }));
  write("package.json", JSON.stringify({ ...root, type: "module", scripts: { build: "node build.mjs" } }));
  write("package-lock.json", JSON.stringify({ name: "made-up", version: "1.0.0", lockfileVersion: 3, requires: true, packages }));
  write("build.mjs", BUILD);
  write("title.txt", "first");
  const read = (name: string): string | undefined =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : undefined;
  const builds = (): readonly number[] => (read("builds.log") ?? "").split("\n").filter(Boolean).map(Number);
  onTestFinished(() => {
    for (const pid of builds()) if (isAlive(pid)) process.kill(pid, "SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    builds,
    write,
    built: () => read("dist/index.html"),
    has: (name) => existsSync(join(folder, name)),
    log: () => read("dist.log") ?? "",
  };
}

export function isAlive(pid: number): boolean {
  const identity = identityOf(pid);
  return identity !== undefined && isRunning(identity);
}

export interface Program {
  readonly child: ChildProcessWithoutNullStreams;
  readonly exited: Promise<number | null>;
  screen(): string;
  /** Once it has printed where it listens. */
  url(): string | undefined;
}

/** `npm run build:console`, or `npm start`, on a made-up console. */
export function runProgram(
  name: "main" | "console/build-main",
  { folder }: MadeUpConsole,
  env: Readonly<Record<string, string>> = {},
): Program {
  const program = fileURLToPath(new URL(`../../dist/${name}.js`, import.meta.url));
  const child = spawn(process.execPath, [program, folder], {
    env: { PATH: process.env.PATH, HOME: folder, LOG_LEVEL: "warn", PORT: "0", STORE_URL: "memory:", ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let screen = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      screen += chunk.toString();
    });
  }
  return {
    child,
    exited: new Promise((resolve) => child.on("close", resolve)),
    screen: () => screen,
    url: () => /Web console on (\S+)\//.exec(screen)?.[1] ?? /CRM engine on (\S+) /.exec(screen)?.[1],
  };
}

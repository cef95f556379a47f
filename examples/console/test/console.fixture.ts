import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createClient, type RemoteClient } from "@crm-engine/client";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { onTestFinished } from "vitest";
import type {} from "../../../test/service-needs.ts";

const PACKAGE = path.resolve(import.meta.dirname, "..");
const BUILT = path.join(PACKAGE, "dist");
const CRM = path.resolve(PACKAGE, "../../packages/cli/bin/crm.js");
const CHROMIUMS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const chromium = CHROMIUMS.find((file) => file !== undefined && existsSync(file));

function missing(): string | undefined {
  if (!existsSync(path.join(BUILT, ".policies.json"))) return "the console is not built: npm run build:console";
  if (!existsSync(path.join(PACKAGE, "node_modules/playwright-core")))
    return "the console's packages are not installed: npm run build:console";
  return chromium === undefined ? "needs Chromium: apt-get install chromium, or CHROMIUM says where one is" : undefined;
}

/** The options of a suite that drives the console in a browser: skipped, with the reason, where that can't be. */
export function needsConsole(): { readonly skip: boolean; readonly meta: { readonly skipReason?: string } } {
  const skipReason = missing();
  return skipReason === undefined ? { skip: false, meta: {} } : { skip: true, meta: { skipReason } };
}

export interface RunningEngine {
  readonly url: string;
  readonly api: RemoteClient;
  /** SIGTERM; its data stay. */
  stop(): Promise<void>;
  /** On the same data and port; `serve` is without a worker. */
  start(command?: "start" | "serve"): Promise<void>;
  /** One more process, beside `serve`; it ends with the test. */
  startWorker(): void;
}

/** A real `crm` process on a SQLite file of its own, with the built console; it ends with the test. */
export async function openEngine(env: Readonly<Record<string, string>> = {}): Promise<RunningEngine> {
  const folder = mkdtempSync(path.join(tmpdir(), "crm-console-"));
  let port = "0";
  let child: ChildProcess | undefined;
  let url = "";
  const stop = async (): Promise<void> => {
    const ending = child;
    child = undefined;
    if (ending !== undefined) await ended(ending);
  };
  const settings: NodeJS.ProcessEnv = {
    NODE_ENV: "production",
    PATH: process.env.PATH ?? "",
    LOG_LEVEL: "warn",
    STORE_URL: `sqlite:${folder}/crm.db`,
    ...env,
  };
  const workers: ChildProcess[] = [];
  const startWorker = () => void workers.push(spawn(process.execPath, [CRM, "worker"], { env: settings, stdio: "ignore" }));
  const start = async (command = "start"): Promise<void> => {
    const started = spawn(process.execPath, [CRM, command, "--console", BUILT], {
      env: { ...settings, PORT: port },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    url = await new Promise<string>((resolve, reject) => {
      let said = "";
      const listen = (chunk: Buffer) => {
        said += chunk.toString();
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
        if (found !== undefined) resolve(found);
      };
      started.stdout.on("data", listen);
      started.stderr.on("data", listen);
      started.once("close", (code) => reject(new Error(`crm start ended with ${code}: ${said}`)));
    });
    port = new URL(url).port;
  };
  onTestFinished(async () => {
    await stop();
    await Promise.all(workers.map(ended));
    rmSync(folder, { recursive: true, force: true });
  });
  await start();
  return { url, api: createClient({ url, apiKey: env.API_KEY }), stop, start, startWorker };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGTERM");
  await closed;
}

let browser: Promise<Browser> | undefined;

/** One for all tests of a file; ends with its process. */
function openBrowser(): Promise<Browser> {
  browser ??= import("playwright-core").then((playwright) =>
    playwright.chromium.launch({
      ...(chromium === undefined ? {} : { executablePath: chromium }),
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    }),
  );
  return browser;
}

/** A page of a browser of its own, with everything that its script and its policy complained of. */
export async function openPage(
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const context = await (await openBrowser()).newContext({
    baseURL: url,
    viewport: { width: 1_280, height: 900 },
    reducedMotion: "reduce",
    ...options,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  onTestFinished(async ({ task }) => {
    if (task.result?.state === "fail") {
      const picture = path.resolve(PACKAGE, `../../reports/${task.id}-${Date.now()}.png`);
      await page.screenshot({ path: picture, fullPage: true }).then(
        () => console.error(`What the page showed when ${JSON.stringify(task.name)} failed: ${picture}`),
        () => undefined,
      );
    }
    await context.close();
  });
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !/^Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  return { page, complaints };
}

import { createServer, type Server } from "node:http";
import { expect, onTestFinished } from "vitest";
import { type CrmProcess, crm, type Exit, getJson, postJson } from "./crm-process.fixture.js";

export type Settings = Readonly<Record<string, string>>;

/** What is wrong is to be told within this, and that it is mended too. */
export const TOLD_WITHIN_MS = 10_000;
const PATH = "/send";
/** A test may take so long: starting processes, and recoveries that were shown. */
export const DRILL_MS = 120_000;

/** A webhook vendor in this process. */
export interface DrillVendor {
  /** Whatever is added to it is the vendor too. */
  readonly url: string;
  /** What the URLs of the calls end with that are kept open. */
  held(): readonly string[];
  /** `hold` keeps calls open until the behaviour changes; `throttle` refuses one call, and accepts the next. */
  behave(how: "accept" | "refuse" | "throttle" | "hold"): void;
}

export async function openVendor(): Promise<DrillVendor> {
  let how: Parameters<DrillVendor["behave"]>[0] = "accept";
  let held: { readonly suffix: string; readonly answer: () => void }[] = [];
  const server: Server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on("end", () => {
      const answer = (): void => {
        if (how === "refuse") return void request.socket.destroy();
        if (how === "throttle") {
          how = "accept";
          return void response.writeHead(429).end();
        }
        const { messages } = JSON.parse(text) as { readonly messages: readonly { readonly id: string }[] };
        const results = messages.map(({ id }) => ({ id, status: "accepted" }));
        response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ results }));
      };
      if (how === "hold") held.push({ suffix: (request.url ?? "").slice(PATH.length), answer });
      else answer();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}${PATH}`,
    held: () => held.map(({ suffix }) => suffix),
    behave: (next) => {
      how = next;
      for (const { answer } of held) answer();
      held = [];
    },
  };
}

/** An API server of its own, whose log is read. */
export interface Drill {
  readonly settings: Settings;
  readonly url: string;
  readonly server: CrmProcess;
  /** A worker whose log is read. */
  worker(more?: Settings): CrmProcess;
  doctor(): Promise<Exit>;
  /** Lines of the log of all its processes so far, with this message. */
  logged(message: string): readonly string[];
}

export async function openDrill(settings: Settings): Promise<Drill> {
  const env = { LOG_LEVEL: "info", ALLOW_PRIVATE_ADDRESSES: "true", PORT: "0", ...settings };
  const processes: CrmProcess[] = [];
  const begin = (command: string, more: Settings = {}): CrmProcess => {
    const begun = crm([command], { ...env, ...more });
    processes.push(begun);
    return begun;
  };
  const server = begin("serve");
  const url = await server.url;
  return {
    server,
    settings: env,
    url,
    worker: (more) => begin("worker", more),
    doctor: () => crm(["doctor"], env).exited,
    logged: (message) =>
      processes
        .flatMap(({ log }) => log().split("\n"))
        .filter((line) => line.startsWith("{") && String((JSON.parse(line) as { readonly msg: string }).msg).includes(message)),
  };
}

/** What the doctor says matches, with this exit code, soon enough. */
export async function doctorSays(
  drill: Drill,
  expected: { readonly text: RegExp; readonly code: number },
  withinMs = TOLD_WITHIN_MS,
) {
  await expect
    .poll(
      async () => {
        const { code, stdout, stderr } = await drill.doctor();
        return { code, said: expected.text.test(stdout + stderr) ? "it" : stdout + stderr };
      },
      { timeout: withinMs, interval: 200 },
    )
    .toEqual({ code: expected.code, said: "it" });
}

/** The doctor finds nothing that needs a hand, soon enough. */
export async function doctorIsContent(drill: Drill, withinMs = TOLD_WITHIN_MS): Promise<void> {
  await expect
    .poll(
      async () => {
        const { code, stdout } = await drill.doctor();
        return { code, faults: stdout.split("\n").filter((line) => line.startsWith("fail")) };
      },
      { timeout: withinMs, interval: 200 },
    )
    .toEqual({ code: 0, faults: [] });
}

interface Waiting {
  readonly what: string;
  readonly why: string;
  readonly until?: string;
}

/** What a campaign or an upload says that it waits for. */
export async function waitsFor(drill: Drill, path: string): Promise<readonly Waiting[]> {
  return (await getJson<{ readonly waitsFor?: readonly Waiting[] }>(`${drill.url}${path}`)).waitsFor ?? [];
}

/** The first thing that it waits for is this, soon enough; with nothing, it waits for nothing. */
export async function waits(drill: Drill, path: string, what: string | undefined, withinMs = TOLD_WITHIN_MS): Promise<Waiting> {
  let first: Waiting | undefined;
  await expect
    .poll(
      async () => {
        [first] = await waitsFor(drill, path);
        return first?.what;
      },
      { timeout: withinMs, interval: 200 },
    )
    .toBe(what);
  return first ?? { what: "nothing", why: "" };
}

/** Stores people, which takes a worker; returns their upload's path. */
export async function addPeople(drill: Drill, count: number): Promise<string> {
  const rows = Array.from({ length: count }, (_, n) => ({ id: `c${n}`, email: `c${n}@example.com` }));
  const { statusUrl } = await postJson<{ readonly statusUrl: string }>(`${drill.url}/api/customers`, rows);
  return statusUrl;
}

/** Launches a campaign to everyone; returns its path. */
export async function launch(drill: Drill): Promise<string> {
  const segment = await postJson<{ readonly id: string }>(`${drill.url}/api/segments`, { name: "All", rule: { all: [] } });
  const message = { channel: "email", subject: "Hi", body: "Hi" };
  const campaign = { name: "Drill", segmentId: segment.id, message };
  const { id } = await postJson<{ readonly id: string }>(`${drill.url}/api/campaigns`, campaign);
  await postJson(`${drill.url}/api/campaigns/${id}/launch`, {});
  return `/api/campaigns/${id}`;
}

export async function completes(drill: Drill, path: string, withinMs: number): Promise<void> {
  await expect
    .poll(async () => (await getJson<{ readonly status: string }>(`${drill.url}${path}`)).status, { timeout: withinMs })
    .toBe("completed");
}

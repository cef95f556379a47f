import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { getJson, postJson } from "../world/http.js";
import type { Behaviour, JournalCall, VendorState } from "./behaviour.js";
import { readJournal } from "./journal.js";

const MAIN = fileURLToPath(new URL("../../dist/vendor/main.js", import.meta.url));

/** The vendor, as those who prove see it: its journal is what people really got. */
export interface FakeVendor {
  /** The SENDER_URL of one worker. */
  urlFor(worker: string): string;
  /** The SENDER_URL for mail. */
  readonly mailUrl: string;
  /** How one worker's calls, or everybody else's, fare from now on. */
  behave(behaviour: Behaviour, worker?: string): Promise<void>;
  /** Answers the calls that are held, of one worker or of all. */
  release(behaviour: Behaviour, worker?: string): Promise<void>;
  state(): Promise<VendorState>;
  journal(): readonly JournalCall[];
  close(): void;
}

export async function startVendor(journalFile: string): Promise<FakeVendor> {
  const child = spawn(process.execPath, [MAIN, "--journal", journalFile], { stdio: ["ignore", "pipe", "inherit", "ipc"] });
  const [url, mailUrl] = await new Promise<readonly [string, string]>((resolve, reject) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      const [, web, mail] = /(http:\S+) (smtp:\S+)/.exec(chunk.toString()) ?? [];
      if (web !== undefined && mail !== undefined) resolve([web, mail]);
    });
    child.once("exit", (code) => reject(new Error(`the vendor ended with ${code}`)));
  });
  return {
    urlFor: (worker) => `${url}/${worker}`,
    mailUrl: `${mailUrl}/?from=news@shop.example`,
    behave: async (behaviour, worker) => void (await postJson(`${url}/control/behave`, { worker, behaviour })),
    release: async (behaviour, worker) => void (await postJson(`${url}/control/release`, { worker, behaviour })),
    state: () => getJson<VendorState>(`${url}/control/state`),
    journal: () => readJournal(journalFile),
    close: () => void child.kill("SIGKILL"),
  };
}

import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 50;
const PATIENCE_MS = 10_000;
const INSISTENCE_MS = 60_000;
const UNAVAILABLE = 503;
export async function getJson<T>(url: string): Promise<T> {
  return answerOf<T>(url, await fetch(url));
}

export async function postJson<T>(url: string, body: unknown): Promise<T> {
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return answerOf<T>(url, await fetch(url, init));
}

async function answerOf<T>(url: string, response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** An API that is up. */
export type Url = () => Promise<string>;

/**
 * Asks again and again, for a minute, while there is no answer or something is away; returns the body of the last answer. `already` are statuses
 * that say to a repetition that its forerunner was carried out, and its answer lost; a driver repeats a deletion by itself.
 */
export async function insist(
  url: Url,
  [method, path]: readonly [method: string, path: string],
  { body, already = [] }: { readonly body?: object; readonly already?: readonly number[] } = {},
): Promise<unknown> {
  const sent = body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const begunAt = Date.now();
  for (let attempt = 1; ; attempt++) {
    const init = { method, signal: AbortSignal.timeout(PATIENCE_MS), ...sent };
    const response = await fetch(`${await url()}${path}`, init).catch(() => undefined);
    const text = await response?.text().catch(() => undefined);
    if (response?.ok && text !== undefined) return text === "" ? undefined : JSON.parse(text);
    if (response && already.includes(response.status) && (attempt > 1 || method === "DELETE")) return undefined;
    const mayPass = response === undefined || response.status === UNAVAILABLE || text === undefined;
    if (!mayPass || Date.now() - begunAt > INSISTENCE_MS) {
      throw new Error(`${method} ${path} answered ${response?.status ?? "nothing"} (attempt ${attempt}): ${text}`);
    }
    await sleep(PAUSE_MS);
  }
}

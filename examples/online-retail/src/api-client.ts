import { setTimeout as sleep } from "node:timers/promises";

/** What the API answered. */
export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface ApiClient {
  get<T>(path: string): Promise<T>;
  text(path: string): Promise<string>;
  post<T>(path: string, body?: unknown): Promise<Answer<T>>;
  /** Every item of a list, page by page. */
  all<T>(path: string, pageSize?: number): Promise<readonly T[]>;
  /** Asks until the answer is as wanted. */
  until<T>(path: string, wanted: (body: T) => boolean): Promise<T>;
}

const POLL_MS = 100;
const PATIENCE_MS = 300_000;

export function apiClient(url: string): ApiClient {
  const text = async (path: string): Promise<string> => {
    const response = await fetch(`${url}${path}`);
    const body = await response.text();
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${body}`);
    return body;
  };
  const get = async <T>(path: string): Promise<T> => JSON.parse(await text(path)) as T;
  return {
    get,
    text,
    post: async <T>(path: string, body?: unknown) => {
      const json = body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
      const response = await fetch(`${url}${path}`, { method: "POST", ...json });
      return { status: response.status, body: (await response.json()) as T };
    },
    all: async <T>(path: string, pageSize = 1000) => {
      const items: T[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const after: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
        const page: Page<T> = await get(`${path}limit=${pageSize}${after}`);
        items.push(...page.items);
        cursor = page.nextCursor;
      }
      return items;
    },
    until: async <T>(path: string, wanted: (body: T) => boolean) => {
      for (const started = Date.now(); Date.now() - started < PATIENCE_MS; await sleep(POLL_MS)) {
        const body = await get<T>(path);
        if (wanted(body)) return body;
      }
      throw new Error(`GET ${path} did not come to what was waited for.`);
    },
  };
}

import { setTimeout as sleep } from "node:timers/promises";

/** What the API answered. */
export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

export interface ApiClient {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<Answer<T>>;
  /** Every item of a list, page by page. */
  all<T>(path: string): Promise<readonly T[]>;
  /** Asks until the answer is as wanted. */
  until<T>(path: string, wanted: (body: T) => boolean): Promise<T>;
}

const POLL_MS = 100;
const PATIENCE_MS = 300_000;

export function apiClient(url: string): ApiClient {
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${url}${path}`);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  return {
    get,
    post: async <T>(path: string, body?: unknown) => {
      const json = body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
      const response = await fetch(`${url}${path}`, { method: "POST", ...json });
      return { status: response.status, body: (await response.json()) as T };
    },
    all: async <T>(path: string) => {
      const items: T[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const after: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
        const page: { readonly items: readonly T[]; readonly nextCursor: string | null } = await get(`${path}limit=1000${after}`);
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

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Remembered at most; the oldest is forgotten first. */
const KEPT = 50;

/**
 * The same request, sent again by hand after nobody knows what became of the first, keeps its idempotency key: the server does it once.
 * A key is dropped with the first answer that settles it.
 */
export function keepKeys(fetch: Fetch): Fetch {
  const keys = new Map<string, string>();
  return async (url, init) => {
    const headers = new Headers(init.headers);
    const key = headers.get("Idempotency-Key");
    if (key === null || typeof init.body !== "string") return fetch(url, init);
    const request = `${init.method} ${url}\n${init.body}`;
    const kept = keys.get(request) ?? key;
    keys.set(request, kept);
    if (keys.size > KEPT) keys.delete(keys.keys().next().value as string);
    headers.set("Idempotency-Key", kept);
    const response = await fetch(url, { ...init, headers });
    if (response.status < 500) keys.delete(request);
    return response;
  };
}

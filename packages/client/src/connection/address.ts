import { RemoteError } from "../remote-error.js";

export type QueryValue = string | number | boolean | undefined;

/** Or why there can be none: told by the call that is made of it, which rejects. */
export type Path = string | RemoteError;

/** A path with ids in it, each as one segment. `invalid` for an id that no URL can hold: empty, `.` or `..`, or half a character. */
export function path(parts: TemplateStringsArray, ...ids: readonly string[]): Path {
  const wrong = ids.find((id) => id === "" || id === "." || id === ".." || /\p{Surrogate}/u.test(id));
  if (wrong !== undefined) return new RemoteError("invalid", `The id ${JSON.stringify(wrong)} can't stand in a URL.`);
  return String.raw({ raw: parts }, ...ids.map(encodeURIComponent));
}

/** `?a=1&b=2` of what is there, or nothing. */
export function queryOf(values: Readonly<Record<string, QueryValue>>): string {
  const there = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return there.length === 0 ? "" : `?${new URLSearchParams(there)}`;
}

/** The server's address without a slash at its end; `invalid` for what is none. A path before the API's own stays. */
export function baseUrl(url: string | URL): string {
  const text = String(url);
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (!parsed || !["http:", "https:"].includes(parsed.protocol) || parsed.username !== "" || parsed.password !== "") {
    throw new RemoteError("invalid", "url must be http://HOST:PORT or https://HOST, without a name or password in it.");
  }
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, "")}`;
}

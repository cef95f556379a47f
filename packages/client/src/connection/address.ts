import { RemoteError } from "../remote-error.js";

export type QueryValue = string | number | boolean | undefined;

/** A path with ids in it, each as one segment. `invalid` for an id that no URL can hold: empty, `.` or `..`, or half a character. */
export function path(parts: TemplateStringsArray, ...ids: readonly string[]): string {
  return parts.map((part, index) => (index === 0 ? part : `${encodeId(ids[index - 1] ?? "")}${part}`)).join("");
}

function encodeId(id: string): string {
  if (id === "" || id === "." || id === ".." || !isWellFormed(id)) {
    throw new RemoteError("invalid", `The id ${JSON.stringify(id)} can't stand in a URL.`);
  }
  return encodeURIComponent(id);
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
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

import type { CrmError } from "@crm-engine/core";
import { isCode, RemoteError, type RemoteErrorCode } from "../remote-error.js";

/** Answers of whatever stands between here and the engine, which may be another one the next time. */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const SHOWN_CHARS = 200;

/** Reads a refusal. What is no problem of the engine's is `unavailable` where it may pass, else `http`. */
export async function errorOf(response: Response, address: string): Promise<RemoteError> {
  const { status, headers } = response;
  const text = await response.text().catch(() => "");
  const problem = problemOf(text, headers.get("content-type"));
  const requestId = headers.get("x-request-id");
  const retryAfterMs = readRetryAfter(headers.get("retry-after"));
  const facts = {
    status,
    ...(requestId === null ? {} : { requestId }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  if (problem) return new RemoteError(problem.code, problem.detail, { ...facts, details: detailsOf(problem, headers) });
  const code = PASSING.has(status) ? "unavailable" : "http";
  const said = text.trim().slice(0, SHOWN_CHARS);
  const message = `${address} answered ${status}, which is no answer of the engine's${said === "" ? "" : `: ${said}`}`;
  return new RemoteError(code, message, { ...facts, details: { url: address } });
}

/** Whether the same call may go well later. */
export function isPassing({ code, status }: RemoteError): boolean {
  return status === undefined ? code === "unavailable" : PASSING.has(status);
}

interface Problem {
  readonly code: RemoteErrorCode;
  readonly detail: string;
  readonly [key: string]: unknown;
}

function problemOf(text: string, mediaType: string | null): Problem | undefined {
  if (!mediaType?.startsWith("application/problem+json")) return undefined;
  const read = parseOrUndefined(text);
  if (typeof read !== "object" || read === null || !("code" in read) || !isCode(read.code)) return undefined;
  return { ...read, code: read.code, detail: "detail" in read ? String(read.detail) : read.code };
}

/** As the engine's own errors have them. */
function detailsOf(problem: Problem, headers: Headers): CrmError["details"] {
  const { errors: issues, state: status, allowed, current, batchId, rowsRead } = problem;
  const version = problem.code === "stale" ? /^"(\d+)"$/.exec(headers.get("etag") ?? "")?.[1] : undefined;
  const details = { issues, status, allowed, current, batchId, rowsRead, version: version && Number(version) };
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}

/** Seconds, or a date. */
function readRetryAfter(text: string | null): number | undefined {
  if (text === null) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

export function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

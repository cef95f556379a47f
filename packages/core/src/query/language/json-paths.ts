import type { Issue } from "../../errors.js";
import type { Parsed } from "../../model/edge.js";

const MAX_KEY = 100;

type Refused = Extract<Parsed<never>, { readonly ok: false }>;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value of an own key. */
export function owned(input: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(input, key) ? input[key] : undefined;
}

/** The first ten keys that are not known, if any, as issues. */
export function unknownKeys(
  input: Readonly<Record<string, unknown>>,
  known: readonly string[],
  message: string,
): Refused | undefined {
  const unknown = Object.keys(input).filter((key) => !known.includes(key));
  if (unknown.length === 0) return undefined;
  const issues = unknown.slice(0, 10).map((key): Issue => ({ path: key.slice(0, MAX_KEY), message: `is not known: ${message}` }));
  return { ok: false, issues };
}

/** The same with every issue's path below a step. */
export function under<T>(step: string, parsed: Parsed<T>): Parsed<T> {
  return parsed.ok ? parsed : { ok: false, issues: parsed.issues.map((issue) => ({ ...issue, path: at(step, issue.path) })) };
}

/** A path and a step below it. */
export function at(path: string, step: string): string {
  if (step === "") return path;
  return path === "" ? step : `${path}.${step}`;
}

export function refuse(path: string, message: string): Refused {
  return { ok: false, issues: [{ path, message }] };
}

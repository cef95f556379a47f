/** What went wrong, as a stable code that callers may branch on. */
export type ErrorCode =
  /** The input is wrong; `details.issues` says where. Trying again without a change is useless. */
  | "invalid"
  | "not_found"
  /** The state does not allow it; `message` names the state and what it allows. */
  | "conflict"
  /** The change was meant for another version than the present one; `details.current` is the present state. */
  | "stale"
  /** A store, queue or vendor does not answer. Trying again later may work; nothing is half done that a retry would double. */
  | "unavailable"
  /** The engine, store or queue was closed. */
  | "closed";

/** One fault in an input: where it is (`items.0.price`, empty for the whole) and what to do about it. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

export interface ErrorDetails {
  readonly issues?: readonly Issue[];
  readonly [key: string]: unknown;
}

/** The one error class of the engine. Driver errors arrive as `cause`. */
export class CrmError extends Error {
  override readonly name = "CrmError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { readonly cause?: unknown; readonly details?: ErrorDetails } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

export function invalid(issues: readonly Issue[], message?: string): CrmError {
  const first = issues[0];
  const text = message ?? (first ? (first.path ? `${first.path}: ${first.message}` : first.message) : "invalid input");
  return new CrmError("invalid", text, { details: { issues } });
}

export function notFound(what: string, id: string): CrmError {
  return new CrmError("not_found", `There is no ${what} with the id ${JSON.stringify(id)}.`);
}

/** By its name, not by its class: so it also knows errors that a client read off the wire, and those of another copy of this package. */
export function hasCode(error: unknown, code: ErrorCode): error is CrmError {
  return error instanceof Error && error.name === "CrmError" && "code" in error && error.code === code;
}

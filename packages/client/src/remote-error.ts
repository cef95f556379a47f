import type { CrmError, ErrorCode, Issue } from "@crm-engine/core";

/** What only a server says: of a key, of a method, of a fault of its own. `http` is an answer that is none of the engine's. */
type RefusalCode = "unauthenticated" | "forbidden" | "method_not_allowed" | "unsupported_media_type" | "internal" | "http";

export type RemoteErrorCode = ErrorCode | RefusalCode;

const CODES = {
  invalid: true,
  not_found: true,
  conflict: true,
  stale: true,
  unavailable: true,
  closed: true,
  unauthenticated: true,
  forbidden: true,
  method_not_allowed: true,
  unsupported_media_type: true,
  internal: true,
  http: true,
} satisfies Record<RemoteErrorCode, true>;

export function isCode(code: unknown): code is RemoteErrorCode {
  return typeof code === "string" && Object.hasOwn(CODES, code);
}

interface RemoteErrorOptions {
  readonly cause?: unknown;
  readonly details?: CrmError["details"];
  readonly status?: number;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
}

/**
 * What went wrong, with the code and the details that the engine itself would give: `hasCode` of core asks both alike. A server that
 * does not answer is `unavailable`, without a status, and with the address in `details.url`.
 */
export class RemoteError extends Error {
  override readonly name = "CrmError";
  readonly code: RemoteErrorCode;
  readonly details: CrmError["details"];
  /** Of the answer; undefined where there was none. */
  readonly status: number | undefined;
  /** Under which the server's log tells more. */
  readonly requestId: string | undefined;
  /** For so long the server asks to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(code: RemoteErrorCode, message: string, options: RemoteErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    this.status = options.status;
    this.requestId = options.requestId;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** What is wrong where in the input. */
  get issues(): readonly Issue[] {
    return this.details.issues ?? [];
  }
}

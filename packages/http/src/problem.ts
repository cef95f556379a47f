import { CrmError, type ErrorCode, hasCode, type Issue } from "@crm-engine/core";
import type { InputFault } from "@crm-engine/files";
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppEnv } from "./app-env.js";
import { etagOf } from "./etag.js";

const RETRY_AFTER_S = 2;

export const problemSchema = z
  .object({
    type: z.string().openapi({ example: "urn:crm-engine:problem:invalid" }),
    code: z.string().openapi({ example: "invalid", description: "The last part of the type, which stays the same." }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    state: z.string().optional().openapi({ description: "409: the state that the campaign is in." }),
    allowed: z.array(z.string()).optional().openapi({ description: "409: what the state allows." }),
    current: z.looseObject({}).optional().openapi({ description: "412: what should have been changed, as it is now." }),
    batchId: z.string().optional().openapi({ description: "The upload broke off; what was queued is applied under this batch." }),
    rowsRead: z.int().optional(),
    requestId: z.string().openapi({ description: "That of X-Request-Id, which the log's lines carry too." }),
  })
  .openapi("Problem");

type Problem = z.infer<typeof problemSchema> & { readonly status: ContentfulStatusCode };

/** What each status is called, and the code of a refusal that is not the engine's; the engine's own have the code of its error. */
const STATUS: Readonly<Record<number, { readonly title: string; readonly code: string }>> = {
  400: { title: "Bad request", code: "invalid" },
  401: { title: "Not authenticated", code: "unauthenticated" },
  403: { title: "Forbidden", code: "forbidden" },
  404: { title: "Not found", code: "not_found" },
  405: { title: "Method not allowed", code: "method_not_allowed" },
  409: { title: "Conflict", code: "conflict" },
  412: { title: "Changed meanwhile", code: "stale" },
  413: { title: "Too large", code: "invalid" },
  415: { title: "Unsupported media type", code: "unsupported_media_type" },
  422: { title: "Invalid input", code: "invalid" },
  500: { title: "Internal error", code: "internal" },
  503: { title: "Unavailable", code: "unavailable" },
};

/** Answers any error as application/problem+json. What is not ours to explain is a 500 that tells nothing but the request's id. */
export function answerProblem(error: unknown, c: Context<AppEnv>): Response {
  const problem = problemOf(error, c.req.method, c.get("requestId"));
  const version = error instanceof CrmError && error.code === "stale" ? error.details.version : undefined;
  if (typeof version === "number") c.header("ETag", etagOf(version));
  if (problem.status === 503) c.header("Retry-After", String(RETRY_AFTER_S));
  if (problem.status === 401) c.header("WWW-Authenticate", 'Bearer realm="crm-engine"');
  return c.body(JSON.stringify(problem), problem.status, { "Content-Type": "application/problem+json" });
}

/** The one place where error codes become HTTP statuses. */
function problemOf(error: unknown, method: string, requestId: string): Problem {
  const problem = (status: ContentfulStatusCode, detail: string, code = STATUS[status]?.code ?? "http"): Problem => {
    const title = STATUS[status]?.title ?? "Error";
    return { type: `urn:crm-engine:problem:${code}`, code, title, status, detail, requestId };
  };
  if (error instanceof HTTPException && error.status < 500) return problem(error.status as ContentfulStatusCode, error.message);
  if (!(error instanceof CrmError)) return problem(500, "The server failed. Its log tells more under the request's id.");
  const { issues, batchId, rowsRead, status: state, allowed, current } = error.details;
  const status = statusOf(error, method);
  return {
    ...problem(status, error.message, error.code),
    ...(issues === undefined ? {} : { errors: issues.map(({ path, message }: Issue) => ({ path, message })) }),
    ...(error.code === "conflict" && typeof state === "string" ? { state } : {}),
    ...(error.code === "conflict" && Array.isArray(allowed) ? { allowed } : {}),
    ...(error.code === "stale" && typeof current === "object" && current !== null ? { current: { ...current } } : {}),
    ...(typeof batchId === "string" ? { batchId } : {}),
    ...(typeof rowsRead === "number" ? { rowsRead } : {}),
  };
}

function statusOf(error: CrmError, method: string): ContentfulStatusCode {
  if (error.code === "invalid") return invalidStatus(error, method);
  return STATUSES[error.code];
}

const STATUSES = { not_found: 404, conflict: 409, stale: 412, unavailable: 503, closed: 503 } as const satisfies Record<
  Exclude<ErrorCode, "invalid">,
  ContentfulStatusCode
>;

/** 422 is for a body that is well formed and wrong; what has no body can only be wrong in its address. */
function invalidStatus(error: CrmError, method: string): ContentfulStatusCode {
  const fault = error.details.input as InputFault | undefined;
  if (fault === "too_large") return 413;
  const brokeOff = error.details.batchId !== undefined;
  return fault === "malformed" || brokeOff || method === "GET" || method === "HEAD" ? 400 : 422;
}

/** Whether an operator should hear of it. */
export function isServerFault(error: unknown): boolean {
  if (error instanceof HTTPException) return error.status >= 500;
  return !(error instanceof CrmError) || hasCode(error, "unavailable") || hasCode(error, "closed");
}

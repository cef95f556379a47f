import { CrmError, type ErrorCode, hasCode, type Issue } from "@crm-engine/core";
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppEnv } from "./app-env.js";
import { etagOf } from "./etag.js";
import type { InputFault } from "./rows/limits.js";

const RETRY_AFTER_S = 2;

export const problemSchema = z
  .object({
    type: z.string().openapi({ example: "urn:crm-engine:problem:invalid" }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    state: z.string().optional().openapi({ description: "409: the state that the campaign is in." }),
    allowed: z.array(z.string()).optional().openapi({ description: "409: what the state allows." }),
    current: z.looseObject({}).optional().openapi({ description: "412: what should have been changed, as it is now." }),
    batchId: z.string().optional().openapi({ description: "The upload broke off; what was queued is applied under this batch." }),
    rowsRead: z.int().optional(),
    requestId: z.string().optional(),
  })
  .openapi("Problem");

type Problem = z.infer<typeof problemSchema> & { readonly status: ContentfulStatusCode };

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Not authenticated",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  412: "Changed meanwhile",
  413: "Too large",
  415: "Unsupported media type",
  422: "Invalid input",
  503: "Unavailable",
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
  if (error instanceof HTTPException && error.status < 500)
    return problem(error.status as ContentfulStatusCode, "http", error.message);
  if (!(error instanceof CrmError)) {
    return {
      ...problem(500, "internal", "The server failed. Its log tells more under the request's id."),
      title: "Internal error",
      requestId,
    };
  }
  const { issues, batchId, rowsRead, status: state, allowed, current } = error.details;
  return {
    ...problem(statusOf(error, method), error.code, error.message),
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

function problem(status: ContentfulStatusCode, code: string, detail: string): Problem {
  return { type: `urn:crm-engine:problem:${code}`, title: TITLES[status] ?? "Error", status, detail };
}

/** Whether an operator should hear of it. */
export function isServerFault(error: unknown): boolean {
  if (error instanceof HTTPException) return error.status >= 500;
  return !(error instanceof CrmError) || hasCode(error, "unavailable") || hasCode(error, "closed");
}

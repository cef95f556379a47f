import type { Logger } from "@crm-engine/core";
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { AppEnv } from "../app-env.js";
import { isServerFault } from "../problem.js";

/** One line a request: the route's pattern, never its values. An internal error is logged with its stack. */
export function requestLog(logger: Logger): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const startedAt = performance.now();
    await next();
    const fields = {
      requestId: c.get("requestId"),
      method: c.req.method,
      route: patternOf(c),
      status: c.res.status,
      ms: Math.round(performance.now() - startedAt),
    };
    if (c.error && isServerFault(c.error)) logger.error({ ...fields, error: faultOf(c.error) }, "request failed");
    else logger.info(fields, "request");
  };
}

/** Of the route itself, not of what every request passes. */
function patternOf(c: Context<AppEnv>): string {
  return matchedRoutes(c).findLast(({ path }) => path !== "/*")?.path ?? "/*";
}

interface Fault {
  readonly name: string;
  readonly code?: string;
  readonly at: readonly string[];
  readonly cause?: Fault;
}

/** Where an error came from, without its message: drivers put data into theirs. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { name: typeof error, at: [] };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const at = (error.stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    at: at.slice(0, 12),
    ...(error.cause === undefined ? {} : { cause: faultOf(error.cause) }),
  };
}

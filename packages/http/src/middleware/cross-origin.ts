import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.js";

const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
const REQUEST_HEADERS =
  "Authorization, Content-Encoding, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, X-Request-Id";
const ANSWER_HEADERS =
  "Allow, Content-Disposition, ETag, Idempotent-Replayed, Location, Retry-After, WWW-Authenticate, X-Request-Id";
const PREFLIGHT_S = 600;

/**
 * Lets pages of these origins call with a key, and read answers of every kind, refusals too. Their preflights, which can't carry a key,
 * are answered here; those of others come to where a key is asked for. No cookies are ever let in.
 */
export function crossOrigin(origins: readonly string[]): MiddlewareHandler<AppEnv> {
  const allowed = new Set(origins);
  return async (c, next) => {
    c.header("Vary", "Origin", { append: true });
    const origin = c.req.header("origin");
    if (origin === undefined || !allowed.has(origin)) return next();
    c.header("Access-Control-Allow-Origin", origin);
    if (c.req.method !== "OPTIONS" || c.req.header("access-control-request-method") === undefined) {
      c.header("Access-Control-Expose-Headers", ANSWER_HEADERS);
      return next();
    }
    c.header("Access-Control-Allow-Methods", METHODS);
    c.header("Access-Control-Allow-Headers", REQUEST_HEADERS);
    c.header("Access-Control-Max-Age", String(PREFLIGHT_S));
    return c.body(null, 204);
  };
}

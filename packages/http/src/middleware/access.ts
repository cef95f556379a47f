import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { AppEnv } from "../app-env.js";

const OPEN_PATHS = new Set(["/", "/docs", "/openapi.json", "/healthz", "/readyz"]);

/** Lets a request in that carries the key, compared in constant time. A few paths are open to all. */
export function requireKey(apiKey: string): MiddlewareHandler<AppEnv> {
  const expected = digest(apiKey);
  return async (c, next) => {
    if (!isOpen(c.req.path)) {
      const given = /^bearer +(.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
      if (given === undefined || !timingSafeEqual(digest(given.trim()), expected)) {
        throw new HTTPException(401, { message: "Send a valid key as Authorization: Bearer KEY." });
      }
    }
    await next();
  };
}

/** Without keys only this machine is let in, and no web page but our own: not through another name (DNS rebinding), nor from another origin. */
export const requireLoopback: MiddlewareHandler<AppEnv> = async (c, next) => {
  const url = new URL(c.req.url);
  if (!isLoopbackHost(url.hostname))
    throw new HTTPException(403, { message: "Without an API key the server answers to loopback names only." });
  const origin = c.req.header("origin");
  if (origin !== undefined && origin !== url.origin) {
    throw new HTTPException(403, { message: "Without an API key the server answers no page of another origin." });
  }
  await next();
};

export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, "").toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name);
}

function isOpen(path: string): boolean {
  return OPEN_PATHS.has(path) || path.startsWith("/docs/");
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

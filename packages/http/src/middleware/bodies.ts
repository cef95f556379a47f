import type { MiddlewareHandler } from "hono";
import type { AppEnv, BodyLimits } from "../app-env.js";
import { readJson, requestBody } from "../request-body.js";
import { UPLOAD_PATHS, uploadFormat } from "../upload-formats.js";

const WITHOUT_BODY = new Set(["GET", "HEAD", "OPTIONS"]);

/** Opens the body of a request, and lets a client whose request was refused finish sending, so that it reads the answer. */
export function openBody(limits: BodyLimits): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (WITHOUT_BODY.has(c.req.method)) return next();
    const body = requestBody(c.req.raw, (mediaType) =>
      uploadFormat(mediaType) === undefined ? limits.maxJsonBytes : limits.maxStreamBytes,
    );
    c.set("body", body);
    await next();
    if (c.res.status >= 400 && c.res.status < 500) await body.drain().catch(() => undefined);
  };
}

/** Reads the bodies of all routes but those of uploads: JSON, or nothing. What is there must parse, wanted or not. */
export const jsonBodies: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (!WITHOUT_BODY.has(c.req.method) && !UPLOAD_PATHS.has(c.req.path)) {
    const body = await readJson(c.get("body"));
    const headers = new Headers(c.req.raw.headers);
    // An empty body is none, whatever it would have been.
    if (!body) headers.delete("content-type");
    c.req.raw = new Request(c.req.raw, { body: body?.bytes ?? new Uint8Array(), headers });
  }
  await next();
};

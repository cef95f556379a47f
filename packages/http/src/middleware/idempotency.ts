import { createHash } from "node:crypto";
import { CrmError, type Engine } from "@crm-engine/core";
import { malformed } from "@crm-engine/files";
import type { MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { v5 as uuidV5 } from "uuid";
import type { AppEnv } from "../app-env.js";

const LEASE_MS = 30_000;
const KEEP_MS = 24 * 60 * 60 * 1000;
const BATCH_NAMESPACE = "0d4e3c56-8f0a-5b19-9d63-2f1b7a7c9e02";

/**
 * With an Idempotency-Key a request is done once: the same key and body get the first answer again for 24 hours, another
 * body is refused, and so is a repeat while the first still runs. Only what succeeded is kept. A process that dies holds
 * its key for 30 s at most; who takes over derives the same `batchId`, so that the same ids are published again.
 */
export function idempotent(engine: Engine): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const key = keyOf(c.req.header("idempotency-key"), c.req.method, c.req.path);
    if (key === undefined) return next();
    const { idempotency } = engine;
    const begun = await idempotency.begin(key, { leaseMs: LEASE_MS, ttlMs: KEEP_MS });
    if (begun.state === "running") throw running();
    if (begun.state === "finished") {
      if ((await c.get("body").hash()) !== begun.bodyHash) {
        throw new CrmError("invalid", "This Idempotency-Key was used with another body.");
      }
      const { status, body, etag } = JSON.parse(begun.answer) as StoredAnswer;
      if (etag !== undefined) c.header("ETag", etag);
      return c.body(body, status, { "Content-Type": "application/json", "Idempotent-Replayed": "true" });
    }
    c.set("batchId", uuidV5(`${begun.startedAt} ${key}`, BATCH_NAMESPACE));
    const renewing = setInterval(() => void idempotency.renew(key, LEASE_MS).catch(() => undefined), LEASE_MS / 3);
    try {
      await next();
      if (c.res.ok) {
        const body = await c.res.clone().text();
        await idempotency.finish(
          key,
          { bodyHash: await c.get("body").hash(), answer: JSON.stringify(answerOf(c.res, body)) },
          KEEP_MS,
        );
      } else {
        await idempotency.abandon(key).catch(() => undefined);
      }
    } finally {
      clearInterval(renewing);
    }
  };
}

interface StoredAnswer {
  readonly status: ContentfulStatusCode;
  readonly body: string;
  readonly etag?: string;
}

function answerOf({ status, headers }: Response, body: string): StoredAnswer {
  const etag = headers.get("etag");
  return { status: status as ContentfulStatusCode, body, ...(etag === null ? {} : { etag }) };
}

function keyOf(key: string | undefined, method: string, path: string): string | undefined {
  if (key === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw malformed("Idempotency-Key must be 1 to 255 visible ASCII characters.");
  return createHash("sha256").update(`${method} ${path}\n${key}`).digest("hex");
}

function running(): HTTPException {
  return new HTTPException(409, { message: "A request with this Idempotency-Key is still running." });
}

import type { MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { Webhook } from "standardwebhooks";
import type { AppEnv } from "../app-env.js";

/** Lets a request in that is signed as Standard Webhooks says, over the body as it was sent (unpacked), within 5 minutes. */
export function requireSignature(secret: string): MiddlewareHandler<AppEnv> {
  const webhook = new Webhook(secret);
  return async (c, next) => {
    const body = Buffer.from(await c.req.arrayBuffer());
    try {
      webhook.verify(body, c.req.header(), { jsonParse: false });
    } catch (cause) {
      throw new HTTPException(401, {
        message:
          "Receipts must be signed (Standard Webhooks): webhook-id, webhook-timestamp within 5 minutes, and a webhook-signature made with WEBHOOK_SECRET.",
        cause,
      });
    }
    await next();
  };
}

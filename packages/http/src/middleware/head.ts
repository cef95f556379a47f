import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.js";

/** HEAD is answered as GET is, without a body: one that streams must be ended, since nobody reads it. */
export const endBodyOfHead: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  if (c.req.method === "HEAD") await c.res.body?.cancel();
};

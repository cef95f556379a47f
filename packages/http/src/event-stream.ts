import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@crm-engine/core";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { AppEnv } from "./app-env.js";
import { faultOf } from "./middleware/request-log.js";

const POLL_MS = 250;
const HEARTBEAT_MS = 15_000;

export interface Watched {
  /** Sent when it differs from what was sent last. */
  readonly state: object;
  readonly done: boolean;
}

/**
 * Progress as server-sent events: `progress` with each change, `done` with the last. Ends with the client, with the server,
 * and with `error` where the state can't be read. HEAD begins none.
 */
export async function eventStream(c: Context<AppEnv>, logger: Logger, look: () => Promise<Watched>): Promise<Response> {
  let seen = await look();
  if (c.req.method === "HEAD") return c.body(null, 200, { "Content-Type": "text/event-stream" });
  const ended = AbortSignal.any([c.req.raw.signal, ...(c.env?.closing ? [c.env.closing] : [])]);
  return streamSSE(c, async (stream) => {
    let sent = "";
    let sentAt = Date.now();
    while (!ended.aborted && !stream.aborted) {
      const data = JSON.stringify(seen.state);
      if (data !== sent || seen.done) {
        await stream.writeSSE({ event: seen.done ? "done" : "progress", data });
        sent = data;
        sentAt = Date.now();
      } else if (Date.now() - sentAt > HEARTBEAT_MS) {
        await stream.write(": still here\n\n");
        sentAt = Date.now();
      }
      if (seen.done) return;
      await sleep(POLL_MS, undefined, { signal: ended }).catch(() => undefined);
      const next = await look().catch((error: unknown) => {
        logger.error({ requestId: c.get("requestId"), error: faultOf(error) }, "event stream broke off");
      });
      if (!next) {
        await stream.writeSSE({ event: "error", data: "{}" });
        return;
      }
      seen = next;
    }
  });
}

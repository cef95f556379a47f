import { CrmError } from "@crm-engine/core";
import type { Context } from "hono";
import type { AppEnv } from "../app-env.js";
import type { Onlooker, Shown, Watches, Watching } from "./watches.js";

/** For who reads them. */
export const EVENTS =
  "Each event has an id; sent again as Last-Event-ID, what came after it follows. A comment every 15 s shows that the line is there. `error` says by its code why the state can't be read.";

const KEEP_ALIVE_MS = 15_000;
const RETRY_MS = 2_000;
const HEADERS = { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" };

/**
 * Progress as server-sent events: `progress` with each change, `done` with the last, each with an id. Who comes back with the id of
 * what they saw last gets what came after it; with that of `done` a 204, which tells a browser's EventSource to stop. Ends with the
 * client, with the server, and with `error`, which holds its code, where the state can't be read; a store that is away is waited for.
 * What a slow client has not taken is not kept: it gets the latest state next.
 */
export async function eventStream(c: Context<AppEnv>, watches: Watches, watching: Watching): Promise<Response> {
  const onlooker = await watches.join(watching);
  const lastSeen = c.req.header("last-event-id");
  if (onlooker.shown.done && onlooker.shown.id === lastSeen) {
    onlooker.leave();
    return c.body(null, 204);
  }
  const body = streamOf(onlooker, lastSeen, [c.req.raw.signal, ...(c.env?.closing ? [c.env.closing] : [])]);
  return c.body(body, 200, HEADERS);
}

/** Nothing is made before it is asked for, so that nothing waits in memory but the latest state. */
function streamOf(onlooker: Onlooker, lastSeen: string | undefined, ends: readonly AbortSignal[]): ReadableStream<Uint8Array> {
  const gone = new AbortController();
  const ended = AbortSignal.any([...ends, gone.signal]);
  const encoder = new TextEncoder();
  let seen = lastSeen;
  let isOver = false;
  let greeting = `retry: ${RETRY_MS}\n`;

  const next = async (): Promise<string | undefined> => {
    while (!ended.aborted && !isOver) {
      const { shown, fault } = onlooker;
      if (shown.id !== seen) {
        seen = shown.id;
        isOver = shown.done;
        return eventOf(shown);
      }
      if (fault !== undefined) {
        isOver = true;
        return errorEvent(fault);
      }
      if (!(await onlooker.changes(ended, KEEP_ALIVE_MS))) return ": still here\n\n";
    }
    return undefined;
  };

  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const text = await next();
        if (gone.signal.aborted) return;
        if (text !== undefined) {
          controller.enqueue(encoder.encode(greeting + text));
          greeting = "";
          return;
        }
        onlooker.leave();
        controller.close();
      },
      cancel: () => {
        gone.abort();
        onlooker.leave();
      },
    },
    { highWaterMark: 0 },
  );
}

function eventOf({ id, data, done }: Shown): string {
  return `event: ${done ? "done" : "progress"}\nid: ${id}\ndata: ${data}\n\n`;
}

function errorEvent(fault: unknown): string {
  return `event: error\ndata: ${JSON.stringify({ code: fault instanceof CrmError ? fault.code : "internal" })}\n\n`;
}

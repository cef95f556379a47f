import { setTimeout as sleep } from "node:timers/promises";
import { CrmError } from "@crm-engine/core";
import type { DryRun } from "@crm-engine/core/schemas";
import { malformed } from "@crm-engine/files";
import type { Context } from "hono";
import type { AppEnv } from "../../app-env.js";

/** So often a byte goes out, well within what proxies wait for one. */
const KEEP_ALIVE_MS = 5_000;

export const dryRunParameter = {
  in: "query" as const,
  name: "dryRun",
  required: false,
  schema: { type: "boolean" as const },
  description: "Says what the upload would do, and writes nothing.",
};

/** Rejects any other word: an upload that was meant as a dry run must not be stored. */
export function isDryRun(c: Context<AppEnv>): boolean {
  const given = c.req.query("dryRun");
  if (given === undefined || given === "false") return false;
  if (given === "true") return true;
  throw malformed("dryRun may be true or false.", [{ path: "dryRun", message: "may be true or false" }]);
}

/**
 * Answers as soon as the dry run is done, with its own status where it fails soon. One that takes longer has its 200 first, and white space
 * until its JSON comes; what goes wrong then is said in the JSON. A client that goes away ends it.
 */
export async function answerDryRun(
  c: Context<AppEnv>,
  start: (signal: AbortSignal) => Promise<DryRun>,
  keepAliveMs = KEEP_ALIVE_MS,
): Promise<Response> {
  const gone = new AbortController();
  const running = start(AbortSignal.any([c.req.raw.signal, gone.signal]));
  const soon = await soonOf(running, keepAliveMs);
  if (soon) return c.json(soon);
  const told = running.catch((error: unknown) => failed(error));
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(encoder.encode("\n")),
      pull: async (controller) => {
        const done = await soonOf(told, keepAliveMs);
        controller.enqueue(encoder.encode(done ? JSON.stringify(done) : "\n"));
        if (done) controller.close();
      },
      cancel: () => gone.abort(),
    },
    { highWaterMark: 0 },
  );
  return c.body(body, 200, { "Content-Type": "application/json" });
}

async function soonOf(running: Promise<DryRun>, ms: number): Promise<DryRun | undefined> {
  const ended = new AbortController();
  const late = sleep(ms, undefined, { signal: ended.signal }).catch(() => undefined);
  try {
    return await Promise.race([running, late]);
  } finally {
    ended.abort();
  }
}

/** What was counted till then, and why it went no further. */
function failed(error: unknown): DryRun {
  const details = error instanceof CrmError ? (error.details as Partial<DryRun> & { readonly rowsRead?: unknown }) : {};
  const { received = 0, added = 0, changed = 0, unchanged = 0, rejected = 0, suppressed = 0, errors = [] } = details;
  const row = typeof details.rowsRead === "number" ? details.rowsRead : received;
  const message = error instanceof CrmError ? error.message : "The server failed. Its log tells more.";
  const reason = { row, path: "", message };
  return { received, added, changed, unchanged, rejected, suppressed, truncated: true, errors: [...errors, reason] };
}

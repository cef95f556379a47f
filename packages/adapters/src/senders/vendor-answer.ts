import { CrmError, type SendResult } from "@crm-engine/core/ports";
import { z } from "zod";
import type { Answer } from "./post.js";

const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1_000;
const MAX_TEXT_LENGTH = 500;
/** What says that the call was turned away before any message was looked at, beside a 503 that says when to come back. */
const TURNED_AWAY = new Set([401, 403, 404, 429]);

const textSchema = z.union([z.string(), z.number()]).transform((value) => cleanText(String(value)));

/** Id and status must be right; what comes beside them is kept where it can be read. */
const resultSchema = z.object({
  id: z.string(),
  status: z.enum(["accepted", "rejected", "retry"]),
  vendorMessageId: textSchema.optional().catch(undefined),
  reason: textSchema.optional().catch(undefined),
  retryAfterMs: z.number().nonnegative().transform(bounded).optional().catch(undefined),
  throttled: z.literal(true).optional().catch(undefined),
});
const answerSchema = z.object({ results: z.array(z.unknown()) });

/** Throws what a Sender throws for a call that failed as a whole: `unavailable` where the vendor took nothing. */
export function requireSuccess({ status, retryAfter }: Answer): void {
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 400) {
    throw new CrmError("unavailable", `the vendor answered ${status}, a redirect, which is not followed: name its final address`);
  }
  const retryAfterMs = retryAfterOf(retryAfter);
  const message = `the vendor answered ${status}`;
  if (!TURNED_AWAY.has(status) && !(status === 503 && retryAfterMs !== undefined)) throw new Error(message);
  throw new CrmError("unavailable", message, {
    details: { ...(retryAfterMs === undefined ? {} : { retryAfterMs }), ...(status === 429 ? { throttled: true } : {}) },
  });
}

/** The results for these ids; other and unreadable entries are ignored. Throws if the body has no results at all. */
export function readResults(body: string, ids: ReadonlySet<string>): readonly SendResult[] {
  const parsed = answerSchema.safeParse(parseJson(body));
  if (!parsed.success) throw new Error('the vendor\'s answer is not { "results": [...] }');
  return parsed.data.results.flatMap((entry) => {
    const result = resultSchema.safeParse(entry);
    if (!result.success || !ids.has(result.data.id)) return [];
    const { id, status, vendorMessageId, reason, retryAfterMs, throttled } = result.data;
    return [
      {
        id,
        status,
        ...(vendorMessageId === undefined ? {} : { vendorMessageId }),
        ...(reason === undefined ? {} : { reason }),
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        ...(throttled === undefined ? {} : { throttled }),
      },
    ];
  });
}

/** A Retry-After in seconds, or as a date. */
function retryAfterOf(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d{1,15}$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : bounded(ms);
}

function bounded(ms: number): number {
  return Math.round(Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS));
}

/** Short, and storable everywhere: without NUL and lone surrogates. */
function cleanText(text: string): string {
  return text.slice(0, MAX_TEXT_LENGTH).replace(/[\0\p{Surrogate}]/gu, "\u{fffd}");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

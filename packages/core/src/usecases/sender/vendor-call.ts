import { v5 as uuidV5 } from "uuid";
import { hasCode } from "../../errors.js";
import type { OutgoingMessage, Sender, SendResult } from "../../ports/sender.js";
import { publicReason } from "./public-reason.js";

const BATCH_NAMESPACE = "0a7f3f0e-8d0f-5b86-9f5e-5a3a8f0c9d12";
/** How long a sender has, once its call timed out, to say whether anything was sent. */
const LAST_WORD_MS = 250;

/** Why a call failed as a whole. */
export interface CallFailure {
  /** Without secrets or addresses. */
  readonly reason: string;
  /** `none`: the vendor surely took none of the messages; `unsure`: it may have taken some. */
  readonly taken: "none" | "unsure";
  readonly retryAfterMs?: number;
  /** The vendor wants fewer messages: it is there. */
  readonly throttled?: true;
}

export interface VendorAnswer {
  /** By message id; empty if the call failed. */
  readonly results: ReadonlyMap<string, SendResult>;
  readonly failure?: CallFailure;
}

/** Whether the vendor wants fewer messages, as it said of the call or of any message. */
export function isThrottled({ results, failure }: VendorAnswer): boolean {
  return (
    failure?.throttled === true || [...results.values()].some(({ status, throttled }) => status === "retry" && throttled === true)
  );
}

/** One call. Never rejects: a call that broke or timed out is an answer too. */
export async function callVendor(sender: Sender, messages: readonly OutgoingMessage[]): Promise<VendorAnswer> {
  const batchId = uuidV5(messages.map(({ id }) => id).join("\n"), BATCH_NAMESPACE);
  try {
    const results = await withinTimeout(sender.timeoutMs, (signal) => sender.send({ batchId, messages }, signal));
    return { results: new Map(results.map((result) => [result.id, result])) };
  } catch (error) {
    return { results: new Map(), failure: failureOf(error) };
  }
}

function failureOf(error: unknown): CallFailure {
  const reason = publicReason(error);
  if (!hasCode(error, "unavailable")) return { reason: `the call to the vendor broke: ${reason}`, taken: "unsure" };
  const { retryAfterMs, throttled } = error.details;
  return {
    reason: `the vendor is not available: ${reason}`,
    taken: "none",
    ...(typeof retryAfterMs === "number" ? { retryAfterMs } : {}),
    ...(throttled === true ? { throttled } : {}),
  };
}

/**
 * A vendor that ignores its signal does not keep its rows for ever. After the time-out it may still say that it surely took
 * nothing; anything else counts as no answer in time.
 */
async function withinTimeout<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const timeout = new AbortController();
  const tooLate = new Error(`no answer within ${timeoutMs} ms`);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      timer = setTimeout(() => reject(tooLate), LAST_WORD_MS);
      timeout.abort(tooLate);
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(timeout.signal), late]);
  } catch (error) {
    throw timeout.signal.aborted && !hasCode(error, "unavailable") ? tooLate : error;
  } finally {
    clearTimeout(timer);
  }
}

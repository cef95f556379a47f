import { CrmError, type SendResult } from "@crm-engine/core/ports";

/** What is read of a failure of nodemailer's. */
interface SmtpFailure {
  readonly code?: unknown;
  readonly command?: unknown;
  /** The server's reply, and its number. */
  readonly response?: unknown;
  readonly responseCode?: unknown;
}

/**
 * What a failed sending says. A refusal of this one message is its result: 5yz for good, 4yz for now. Else the call failed as
 * a whole: `unavailable` where the server said no or got not a byte of the content, another error where it may have it. A 4yz that
 * is not about the message wants fewer of them: `throttled`.
 */
export function judgeFailure(
  error: unknown,
  { to, ownFrom, contentBegan }: { readonly to: string; readonly ownFrom: boolean; readonly contentBegan: boolean },
) {
  const failure = error as SmtpFailure;
  const { response, responseCode } = failure;
  const reason = reasonOf(error, to);
  const negative = typeof responseCode === "number" && responseCode >= 400 && responseCode < 600;
  if (isAboutMessage(failure, ownFrom) && (negative || response === undefined)) {
    // A 503 complains of the session, which the next attempt has anew.
    const permanent = !negative || (responseCode >= 500 && responseCode !== 503);
    const throttled = !permanent && isThrottling(failure);
    return { status: permanent ? "rejected" : "retry", reason, ...(throttled ? { throttled } : {}) } satisfies Omit<
      SendResult,
      "id"
    >;
  }
  if (negative || !contentBegan) {
    const details = isThrottling(failure) ? { throttled: true } : {};
    throw new CrmError("unavailable", reason, { cause: error, details });
  }
  throw new Error(reason, { cause: error });
}

/**
 * The sender of all messages is refused for every one of them; only the size (552) is this one's own fault, and, where it has a sender
 * of its own, that this one is refused (550 and above).
 */
function isAboutMessage({ code, command, responseCode }: SmtpFailure, ownFrom: boolean): boolean {
  if (code !== "EENVELOPE" && code !== "EMESSAGE") return false;
  if (command !== "MAIL FROM" || responseCode === undefined || responseCode === 552) return true;
  return ownFrom && typeof responseCode === "number" && responseCode >= 550;
}

/**
 * Whether a reply is a 4yz about the server and not about a message: 421 anywhere, and all but those to the recipient and those that,
 * after DATA, speak of greylisting (450, 451 4.7.1) or the mailbox (4.2.x).
 */
function isThrottling({ command, response, responseCode }: SmtpFailure): boolean {
  if (typeof responseCode !== "number" || responseCode < 400 || responseCode >= 500) return false;
  if (responseCode === 421) return true;
  if (command === "RCPT TO") return false;
  if (command !== "DATA") return true;
  const status = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})/.exec(String(response))?.[1] ?? "";
  return !(responseCode === 450 || (responseCode === 451 && status === "4.7.1") || status.startsWith("4.2."));
}

/** In one line, and without the address, which servers like to repeat. */
function reasonOf(error: unknown, to: string): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replaceAll(to, "…")
    .replace(/[\p{Cc}\s]+/gu, " ")
    .slice(0, 500);
}

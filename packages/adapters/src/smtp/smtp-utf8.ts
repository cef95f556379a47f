import { domainToASCII, domainToUnicode } from "node:url";
import SMTPConnection, { type SMTPConnectionOptions } from "nodemailer/lib/smtp-connection";

const ANSWER_HOLDS_MS = 60_000;

/**
 * An address as the mail server gets it. A domain has an ASCII form that every server takes; beside a local part that has none, it is
 * in Unicode (RFC 6531).
 */
export function envelopeAddress(address: string): string {
  const at = address.lastIndexOf("@");
  const local = address.slice(0, at + 1);
  const domain = address.slice(at + 1);
  return `${local}${(needsSmtpUtf8(local) ? domainToUnicode(domain) : domainToASCII(domain)) || domain}`;
}

/** Whether an address of an envelope is for servers with SMTPUTF8 only. */
export function needsSmtpUtf8(address: string): boolean {
  return /\P{ASCII}/u.test(address);
}

/**
 * Whether the server offers SMTPUTF8, asked on a connection of its own: those of the pool don't tell. The answer holds for a minute;
 * a server that can't be asked is asked again the next time.
 */
export function smtpUtf8Offer(options: SMTPConnectionOptions): (signal: AbortSignal) => Promise<boolean> {
  let known: { readonly offered: boolean; readonly at: number } | undefined;
  return async (signal) => {
    if (!known || performance.now() - known.at > ANSWER_HOLDS_MS)
      known = { offered: /^250[ -]SMTPUTF8\b/im.test(await ehloReply(options, signal)), at: performance.now() };
    return known.offered;
  };
}

/** What the server offers, after STARTTLS where that is used. */
function ehloReply(options: SMTPConnectionOptions, signal: AbortSignal): Promise<string> {
  const connection = new SMTPConnection(options);
  const asked = new Promise<string>((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    connection.on("error", reject);
    connection.on("end", () => reject(new Error("the mail server hung up")));
    signal.throwIfAborted();
    connection.connect(() => resolve(String(connection.lastServerResponse)));
  });
  return asked.finally(() => connection.close());
}

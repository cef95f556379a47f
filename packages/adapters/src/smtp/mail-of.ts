import { createHash } from "node:crypto";
import type { Mailbox, OutgoingMessage } from "@crm-engine/core/ports";
import { parseMailbox, plainBody } from "@crm-engine/core/schemas";
import type { SendMailOptions } from "nodemailer";

const MAX_LOCAL_LENGTH = 200;

/**
 * The mail for one message, from its own mailbox or else from `sender`. Its Message-ID is a function of the message's id; nothing in it
 * can add a header or a recipient.
 */
export function mailOf(message: OutgoingMessage, sender: Mailbox): SendMailOptions & { readonly messageId: string } {
  const from = readMailbox(message.from) ?? sender;
  const replyTo = readMailbox(message.replyTo);
  return {
    from: { ...from },
    ...(replyTo ? { replyTo: { ...replyTo } } : {}),
    to: { name: "", address: message.to },
    subject: message.subject ?? "",
    messageId: messageIdOf(message.id, from.address),
    xMailer: false,
    ...contentOf(message),
    ...unsubscribing(message.unsubscribeUrl, from.address),
  };
}

function messageIdOf(id: string, fromAddress: string): string {
  const domain = fromAddress.slice(fromAddress.lastIndexOf("@") + 1);
  const encoded = Buffer.from(id)
    .toString("latin1")
    .replace(/[^A-Za-z0-9_~-]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
  const local = encoded.length > MAX_LOCAL_LENGTH ? createHash("sha256").update(id).digest("hex") : encoded;
  return `<${local}@${domain}>`;
}

/** Whether its mailboxes, if it has any, are such: nothing is sent from, or answered to, somebody else. */
export function hasMailboxes({ from, replyTo }: OutgoingMessage): boolean {
  return [from, replyTo].every((written) => written === undefined || parseMailbox(written) !== undefined);
}

function readMailbox(written: string | undefined): Mailbox | undefined {
  return written === undefined ? undefined : parseMailbox(written);
}

/** HTML, with the text beside it for who sees no HTML (multipart/alternative); without any markup, the plain text that it is. */
function contentOf({ body, text }: OutgoingMessage): Pick<SendMailOptions, "html" | "text"> {
  const plain = plainBody(body);
  if (plain !== undefined) return { text: plain };
  return { html: body, ...(text === undefined ? {} : { text }) };
}

/** One click (RFC 8058) where there is an address for it, which must be https; else a mail to the sender. */
function unsubscribing(url: string | undefined, fromAddress: string): Pick<SendMailOptions, "list" | "headers"> {
  if (url === undefined) return { list: { unsubscribe: `mailto:${fromAddress}?subject=unsubscribe` } };
  const oneClick = url.startsWith("https:") ? { headers: { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" } } : {};
  return { list: { unsubscribe: url }, ...oneClick };
}

import { createHash } from "node:crypto";
import type { OutgoingMessage } from "@crm-engine/core/ports";
import type { SendMailOptions } from "nodemailer";
import type { SmtpSettings } from "./smtp-url.js";

const MAX_LOCAL_LENGTH = 200;

/** The mail for one message. Its Message-ID is a function of the message's id; nothing in it can add a header or a recipient. */
export function mailOf(message: OutgoingMessage, from: SmtpSettings["from"]): SendMailOptions & { readonly messageId: string } {
  return {
    from,
    to: { name: "", address: message.to },
    subject: message.subject ?? "",
    messageId: messageIdOf(message.id, from.address),
    xMailer: false,
    ...contentOf(message.body),
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

/** What a template makes of values in an e-mail: a body with no other markup than these was written as plain text. */
const ESCAPED = new Map([
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&#34;", '"'],
  ["&#39;", "'"],
]);

/** A body is HTML; one without any markup goes out as the plain text that it is, with its line breaks. */
function contentOf(body: string): { readonly html: string } | { readonly text: string } {
  const entities = body.match(/&#?[A-Za-z0-9]{1,31};/g) ?? [];
  const isPlain = !/<[A-Za-z!/]/.test(body) && entities.every((entity) => ESCAPED.has(entity));
  return isPlain ? { text: body.replace(/&#?[A-Za-z0-9]{1,31};/g, (entity) => ESCAPED.get(entity) ?? entity) } : { html: body };
}

/** One click (RFC 8058) where there is an address for it, which must be https; else a mail to the sender. */
function unsubscribing(url: string | undefined, fromAddress: string): Pick<SendMailOptions, "list" | "headers"> {
  if (url === undefined) return { list: { unsubscribe: `mailto:${fromAddress}?subject=unsubscribe` } };
  const oneClick = url.startsWith("https:") ? { headers: { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" } } : {};
  return { list: { unsubscribe: url }, ...oneClick };
}

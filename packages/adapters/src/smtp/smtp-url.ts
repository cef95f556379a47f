import type { Mailbox } from "@crm-engine/core/ports";
import { parseMailbox } from "@crm-engine/core/schemas";
import { z } from "zod";

/** What a mail server's URL may look like, in words. */
export const SMTP_URL_FORM =
  "smtp://USER:PASSWORD@HOST:587/?from=News%20%3Cnews%40example.com%3E or smtps://… (from is required; tls=required, offered or none; connections=1 to 100)";

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly secure: boolean;
  /** Whether STARTTLS is required, used where it is offered, or never used; required by default where there is a password. */
  readonly tls: "required" | "offered" | "none";
  readonly auth?: { readonly user: string; readonly pass: string };
  readonly from: Mailbox;
  readonly connections: number;
}

const parameters = z.strictObject({
  from: z.string(),
  tls: z.enum(["required", "offered", "none"]).optional(),
  connections: z
    .string()
    .regex(/^([1-9]\d?|100)$/)
    .transform(Number)
    .default(5),
});

/** Reads the URL of a mail server; undefined for anything else, a missing `from` and unknown parameters included. */
export function parseSmtpUrl(text: string): SmtpSettings | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!/^smtps?:$/.test(url.protocol) || url.hostname === "" || !/^\/?$/.test(url.pathname)) return undefined;
  const read = parameters.safeParse(Object.fromEntries(url.searchParams));
  const from = read.success ? parseMailbox(read.data.from) : undefined;
  const auth = credentials(url);
  if (!read.success || from === undefined || auth === "malformed") return undefined;
  const secure = url.protocol === "smtps:";
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? 465 : 587) : Number(url.port),
    secure,
    tls: read.data.tls ?? (auth === undefined ? "offered" : "required"),
    from,
    connections: read.data.connections,
    ...(auth === undefined ? {} : { auth }),
  };
}

function credentials({ username, password }: URL): SmtpSettings["auth"] | "malformed" {
  if (username === "" && password === "") return undefined;
  try {
    return { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  } catch {
    return "malformed";
  }
}

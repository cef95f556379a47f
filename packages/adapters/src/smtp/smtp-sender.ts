import type { Readable } from "node:stream";
import { CrmError, type OutgoingMessage, type Sender, type SendResult } from "@crm-engine/core/ports";
import { createTransport, type SendMailOptions } from "nodemailer";
import { createGate } from "../brokers/gate.js";
import { judgeFailure } from "./judge-failure.js";
import { hasMailboxes, mailOf } from "./mail-of.js";
import { parseSmtpUrl, SMTP_URL_FORM, type SmtpSettings } from "./smtp-url.js";
import { envelopeAddress, needsSmtpUtf8, smtpUtf8Offer } from "./smtp-utf8.js";

export interface SmtpSenderOptions {
  /** `smtp://USER:PASSWORD@HOST:587/?from=News%20%3Cnews%40example.com%3E`, or `smtps://…`. */
  readonly url: string;
  /** 7,500; below two thirds of the engine's lease. */
  readonly timeoutMs?: number;
}

const NO_SMTPUTF8 = "the mail server does not take addresses that are not ASCII (no SMTPUTF8)";

/** A mail, and who hears of the stream that its content is read from. */
interface TrackedMail extends SendMailOptions {
  readonly onContent: (content: Readable) => void;
}

/**
 * A mail server, over a pool of connections. SMTP has no idempotency keys: where the line breaks after the content began to
 * leave, nobody knows whether it was taken. Throws `invalid` for a URL that can't be read.
 */
export function smtpSender({ url, timeoutMs = 7_500 }: SmtpSenderOptions): Sender {
  const settings = parseSmtpUrl(url);
  if (!settings) throw new CrmError("invalid", `A mail server's URL is ${SMTP_URL_FORM}.`);
  const server = serverOptions(settings, timeoutMs);
  const transport = openTransport(settings, server);
  const offersUtf8 = smtpUtf8Offer(server);
  const gate = createGate(() => new CrmError("closed", "The sender is closed."));

  const sendOne = async (message: OutgoingMessage, signal: AbortSignal): Promise<SendResult> => {
    const { id } = message;
    if (message.channel !== "email") return { id, status: "rejected", reason: "a mail server sends e-mail only" };
    if (!hasMailboxes(message)) return { id, status: "rejected", reason: "from and replyTo must be mailboxes" };
    const to = envelopeAddress(message.to);
    const contents: Readable[] = [];
    const mail = mailOf({ ...message, to }, settings.from);
    const tracked: TrackedMail = { ...mail, signal, onContent: (content) => contents.push(content) };
    try {
      if (needsSmtpUtf8(to) && !(await offersUtf8(signal))) return { id, status: "rejected", reason: NO_SMTPUTF8 };
      await transport.sendMail(tracked);
      return { id, status: "accepted", vendorMessageId: mail.messageId };
    } catch (error) {
      return {
        id,
        ...judgeFailure(error, {
          to,
          ownFrom: message.from !== undefined,
          contentBegan: contents.some((content) => content.readableDidRead),
        }),
      };
    }
  };

  return {
    remembersKeysMs: 0,
    maxBatch: 1,
    maxBatchBytes: 4 * 2 ** 20,
    timeoutMs,
    send: ({ messages }, signal) => gate.run(() => Promise.all(messages.map((message) => sendOne(message, signal)))),
    close: async () => {
      gate.shut();
      await gate.idle();
      transport.close();
    },
  };
}

function serverOptions({ host, port, secure, tls }: SmtpSettings, timeoutMs: number) {
  return {
    host,
    port,
    secure,
    requireTLS: tls === "required",
    ignoreTLS: tls === "none",
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  };
}

function openTransport({ auth, connections }: SmtpSettings, server: ReturnType<typeof serverOptions>) {
  const transport = createTransport({
    ...server,
    pool: true,
    maxConnections: connections,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(auth === undefined ? {} : { auth }),
  });
  transport.use("stream", ({ data, message }, done) => {
    message.processFunc((content) => {
      (data as TrackedMail).onContent(content);
      return content;
    });
    done();
  });
  return transport;
}

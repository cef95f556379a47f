import { SMTPServer } from "smtp-server";
import type { MessageAnswer } from "./behaviour.js";
import type { Book } from "./book.js";
import { createPatience } from "./patience.js";

/** Whose calls these are: a mail server can't tell workers apart. */
const EVERYBODY = "smtp";

/** By SMTP, a vendor that throttles says that it is about to hang up, or that its system is busy. */
const WAYS_TO_THROTTLE = [
  { responseCode: 421, text: "4.7.0 too many messages" },
  { responseCode: 452, text: "4.3.2 too many messages" },
] as const;
const GREYLISTED = { responseCode: 451, text: "4.7.1 not now" };

/**
 * The same vendor as a mail server: greylists recipients, and throttles after the content. Each mail is a call, written to the journal before it is
 * answered, under the key that its Message-ID was made of.
 */
export function createMailServer(book: Book): SMTPServer {
  const patience = createPatience();
  let throttled = 0;

  const write = (key: string, to: string, answer: MessageAnswer, bytes: number): void => {
    const colon = key.indexOf(":");
    const [campaignId, customerId] = [key.slice(0, Math.max(0, colon)), key.slice(colon + 1)];
    const call = { worker: EVERYBODY, batchId: "", bytes };
    book.write({
      ...call,
      answer: answer === "accepted" ? "answered" : "refused",
      messages: [[key, campaignId, customerId, to, answer]],
    });
  };

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    disableReverseLookup: true,
    logger: false,
    onRcptTo: ({ address }, _session, callback) => {
      if (!patience.isGreylisted(address, book.behaviourFor(EVERYBODY).greylistMs ?? 0)) return callback();
      book.came();
      write("", address, "retry", 0);
      callback(refusal(GREYLISTED));
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.once("end", () => {
        const content = Buffer.concat(chunks);
        const { throttlePerSecond } = book.behaviourFor(EVERYBODY);
        const taken = throttlePerSecond === undefined || patience.takeAll(1, throttlePerSecond);
        book.came();
        const to = session.envelope.rcptTo[0]?.address ?? "";
        write(keyOf(content), to, taken ? "accepted" : "throttled", content.length);
        callback(taken ? null : refusal(WAYS_TO_THROTTLE[throttled++ % WAYS_TO_THROTTLE.length] ?? WAYS_TO_THROTTLE[0]));
      });
    },
  });
  server.on("error", () => undefined);
  return server;
}

function refusal({ responseCode, text }: { readonly responseCode: number; readonly text: string }): Error {
  return Object.assign(new Error(text), { responseCode });
}

function keyOf(content: Buffer): string {
  return decodeURIComponent(/^Message-ID: <(.+)@/im.exec(content.toString("latin1"))?.[1] ?? "");
}

import type { QueueMessage, StoredDeadLetter, Topic } from "@crm-engine/core/ports";
import type { Message, Options } from "amqplib";
import { type Comebacks, lostConsumersReason } from "../brokers/refusal.js";

/** A message on its way to a queue; the headers are this adapter's own. */
export interface Outgoing {
  readonly content: Buffer;
  readonly options: Options.Publish;
}

const REFUSED = "crm-refused";
const RETURNED = "crm-returned";
const REASON = "crm-reason";
const ATTEMPTS = "crm-attempts";
const DEAD_AT = "crm-dead-at";
const SINCE = "crm-since";
const MARKER = "crm-marker";

export function outgoing({ id, body }: QueueMessage): Outgoing {
  return { content: Buffer.from(body, "utf8"), options: { messageId: id, headers: { [SINCE]: Date.now() } } };
}

/** Goes through a queue like a message; whoever is given it answers, and its handler does not see it. */
export function marker(replyTo: string, correlationId: string): Outgoing {
  return { content: Buffer.alloc(0), options: { headers: { [MARKER]: replyTo }, messageId: correlationId } };
}

/** Where to answer, if it is a marker. */
export function markerReplyTo(message: Message): string | undefined {
  const replyTo: unknown = message.properties.headers?.[MARKER];
  return typeof replyTo === "string" ? replyTo : undefined;
}

/** When it was first published, by its publisher's clock; 0 where it does not say. */
export function sinceOf(message: Message): number {
  return numberIn(message, SINCE);
}

/** A copy of a message that came back; the server's own death record is left behind, since it drops what it takes for a cycle. */
export function comingBack(message: Message, { refused, returned }: Comebacks): Outgoing {
  return {
    content: message.content,
    options: { messageId: idOf(message), headers: { [REFUSED]: refused, [RETURNED]: returned, [SINCE]: sinceOf(message) } },
  };
}

export function buried(message: Message, attempts: number, reason: string, deadAt: number): Outgoing {
  return dead({ id: idOf(message), attempts, reason, deadAt }, message.content);
}

export function revived(message: Message): Outgoing {
  return outgoing(messageOf(message));
}

/** A dead letter with another body. */
export function rewritten(letter: StoredDeadLetter, body: string): Outgoing {
  return dead(letter, Buffer.from(body, "utf8"));
}

export function messageOf(message: Message): QueueMessage {
  return { id: idOf(message), body: message.content.toString("utf8") };
}

export function comebacksOf(message: Message): Comebacks {
  return { refused: numberIn(message, REFUSED), returned: numberIn(message, RETURNED) };
}

/** What a handler refused says so itself; what the server buried, after too many deaths, has only its record. */
export function deadLetterOf(topic: Topic, message: Message): StoredDeadLetter {
  const headers = message.properties.headers ?? {};
  const reason: unknown = headers[REASON];
  const own = { ...messageOf(message), topic };
  if (typeof reason === "string")
    return { ...own, reason, attempts: numberIn(message, ATTEMPTS), deadAt: numberIn(message, DEAD_AT) };
  const deadAt = (headers["x-death"]?.[0]?.time.value ?? 0) * 1_000;
  return {
    ...own,
    reason: lostConsumersReason(numberIn(message, "x-delivery-count")),
    attempts: numberIn(message, REFUSED),
    deadAt,
  };
}

function dead({ id, attempts, reason, deadAt }: Omit<StoredDeadLetter, "topic" | "body">, content: Buffer): Outgoing {
  return { content, options: { messageId: id, headers: { [ATTEMPTS]: attempts, [REASON]: reason, [DEAD_AT]: String(deadAt) } } };
}

function idOf(message: Message): string {
  return String(message.properties.messageId ?? "");
}

function numberIn(message: Message, header: string): number {
  return Number(message.properties.headers?.[header] ?? 0);
}

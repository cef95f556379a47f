import { keysOf } from "../../model/record-of.js";
import type { MessageEvent } from "../condition/message-event.js";

/** What can have become of a message, and how a description says it. */
export const EVENT_WORDS = {
  messaged: "was messaged",
  delivered: "had a message delivered",
  bounced: "had a message bounce",
  failed: "had a message fail",
  opened: "opened a message",
  clicked: "clicked in a message",
  complained: "complained of a message",
  unsubscribed: "unsubscribed by a message",
} as const satisfies Readonly<Record<MessageEvent, string>>;

export const MESSAGE_EVENT_NAMES = keysOf(EVENT_WORDS);

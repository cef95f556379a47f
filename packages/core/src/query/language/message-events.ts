import type { MessageEvent } from "../condition/condition.js";
import { keysOf } from "./tables.js";

/** What can have become of a message, and how a description says it. */
export const MESSAGE_EVENTS = {
  messaged: "was messaged",
  delivered: "had a message delivered",
  bounced: "had a message bounce",
  failed: "had a message fail",
  opened: "opened a message",
  clicked: "clicked in a message",
  complained: "complained of a message",
  unsubscribed: "unsubscribed by a message",
} as const satisfies Readonly<Record<MessageEvent, string>>;

export const MESSAGE_EVENT_NAMES = keysOf(MESSAGE_EVENTS);

import type { Parsed } from "../../model/edge.js";
import type { Condition, MessagesRef } from "../condition/condition.js";
import { inLast, type RuleClock } from "../condition/resolve-dates.js";
import { duration } from "../language/durations.js";
import { isObject, owned, refuse, under, unknownKeys } from "../language/json-paths.js";
import { MESSAGE_COUNTS } from "../language/measures.js";
import { MESSAGE_EVENT_NAMES } from "../language/message-events.js";
import { type MoneyContext, someId } from "../language/operands.js";
import type { TestReading } from "../language/operator.js";
import type { Comparison, MessagesTest } from "../language/rule.js";
import { readComparison } from "./read-comparison.js";

/** A count of messages that is understood: a clean copy, and what it means at a time. */
export interface ReadMessages {
  readonly test: MessagesTest;
  lower(clock: RuleClock): LoweredMessages;
}

export interface LoweredMessages {
  readonly kind: "messages";
  readonly test: MessagesTest;
  readonly condition: Condition;
  /** Which messages count. */
  readonly ref: MessagesRef;
}

const AT_LEAST_ONE: TestReading<Comparison> = {
  plain: { gte: 1 },
  lower: (field) => ({ kind: "compare", field, how: "gte", value: 1 }),
};

/** Reads what `messages` holds. Paths of issues begin there. */
export function readMessages(input: unknown, money: MoneyContext): Parsed<ReadMessages> {
  if (!isObject(input)) return refuse("", "must be an object with an event");
  const unknown = unknownKeys(input, ["event", "campaign", "within", "count"], "messages has event, campaign, within and count");
  if (unknown) return unknown;
  const wanted = owned(input, "event");
  const event = MESSAGE_EVENT_NAMES.find((name) => name === wanted);
  const campaign = Object.hasOwn(input, "campaign") ? under("campaign", someId.read(input.campaign, money)) : undefined;
  const within = Object.hasOwn(input, "within") ? under("within", duration.read(input.within, money)) : undefined;
  const count = Object.hasOwn(input, "count") ? under("count", readComparison(input.count, MESSAGE_COUNTS, money)) : undefined;
  if (event === undefined) return refuse("event", `must be one of ${MESSAGE_EVENT_NAMES.join(", ")}`);
  if (campaign?.ok === false || within?.ok === false || count?.ok === false) {
    return { ok: false, issues: [campaign, within, count].flatMap((part) => (part?.ok === false ? part.issues : [])) };
  }
  const test: MessagesTest = {
    messages: {
      event,
      ...(campaign ? { campaign: campaign.value.meaning } : {}),
      ...(within ? { within: within.value.plain } : {}),
      ...(count ? { count: count.value.plain } : {}),
    },
  };
  const lower = (clock: RuleClock): LoweredMessages => {
    const ref: MessagesRef = {
      of: "messages",
      event,
      ...(campaign ? { campaignId: campaign.value.meaning } : {}),
      ...(within ? { window: inLast(within.value.meaning, clock) } : {}),
    };
    return { kind: "messages", test, condition: (count?.value ?? AT_LEAST_ONE).lower(ref, clock), ref };
  };
  return { ok: true, value: { test, lower } };
}

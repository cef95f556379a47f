import type { Parsed } from "../../model/edge.js";
import type { Condition, MessagesRef, TimeRange } from "../condition/condition.js";
import { inLast, type RuleClock } from "../condition/resolve-dates.js";
import { duration } from "../language/durations.js";
import { isObject, owned, refuse, under, unknownKeys } from "../language/json-paths.js";
import { MESSAGE_COUNTS } from "../language/measures.js";
import { MESSAGE_EVENT_NAMES } from "../language/message-events.js";
import { type MoneyContext, someId } from "../language/operands.js";
import type { TestReading } from "../language/operator.js";
import type { Comparison, MessagesTest } from "../language/rule.js";
import { readComparison } from "./read-comparison.js";

/** A count of messages that is understood. */
export interface ReadMessages {
  readonly test: MessagesTest;
  ref(clock: RuleClock): MessagesRef;
  /** When they count, if that is limited. */
  window(clock: RuleClock): TimeRange | undefined;
  lower(clock: RuleClock): Condition;
}

const AT_LEAST_ONE: TestReading<Comparison> = {
  plain: { gte: 1 },
  lower: (field) => ({ kind: "compare", field, how: "gte", value: 1 }),
};

/** Reads what `messages` holds. Issues are told from there. */
export function readMessages(input: unknown, money: MoneyContext): Parsed<ReadMessages> {
  if (!isObject(input)) return refuse("", "must be an object with an event");
  const strangers = unknownKeys(
    input,
    ["event", "campaign", "within", "count"],
    "messages has event, campaign, within and count",
  );
  if (strangers) return strangers;
  const event = MESSAGE_EVENT_NAMES.find((name) => name === owned(input, "event"));
  const campaign = Object.hasOwn(input, "campaign") ? under("campaign", someId.read(input.campaign, money)) : undefined;
  const within = Object.hasOwn(input, "within") ? under("within", duration.read(input.within, money)) : undefined;
  const count = Object.hasOwn(input, "count") ? under("count", readComparison(input.count, MESSAGE_COUNTS, money)) : undefined;
  if (event === undefined) return refuse("event", `must be one of ${MESSAGE_EVENT_NAMES.join(", ")}`);
  if (campaign?.ok === false || within?.ok === false || count?.ok === false) {
    return { ok: false, issues: [campaign, within, count].flatMap((part) => (part?.ok === false ? part.issues : [])) };
  }
  const window = (clock: RuleClock): TimeRange | undefined => within && inLast(within.value.meaning, clock);
  const ref = (clock: RuleClock): MessagesRef => ({
    of: "messages",
    event,
    ...(campaign ? { campaignId: campaign.value.meaning } : {}),
    ...(within ? { window: inLast(within.value.meaning, clock) } : {}),
  });
  return {
    ok: true,
    value: {
      test: {
        messages: {
          event,
          ...(campaign ? { campaign: campaign.value.meaning } : {}),
          ...(within ? { within: within.value.plain } : {}),
          ...(count ? { count: count.value.plain } : {}),
        },
      },
      ref,
      window,
      lower: (clock) => (count?.value ?? AT_LEAST_ONE).lower(ref(clock), clock),
    },
  };
}

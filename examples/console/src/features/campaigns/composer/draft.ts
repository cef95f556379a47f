import type { Campaign, CampaignInput } from "@crm-engine/core";

/** A draft as it is typed: every field has a text, and an empty one means that there is none. */
export interface Draft {
  readonly name: string;
  readonly segmentIds: readonly string[];
  readonly excludeSegmentIds: readonly string[];
  readonly channel: Campaign["message"]["channel"];
  readonly subject: string;
  readonly preheader: string;
  readonly body: string;
  readonly text: string;
  readonly from: string;
  readonly replyTo: string;
  readonly rate: string;
}

export type DraftField = keyof Draft;

export function draftOf({ name, segmentIds, excludeSegmentIds, message, throttlePerSecond }: Campaign): Draft {
  const { channel, subject = "", preheader = "", body, text = "", from = "", replyTo = "" } = message;
  return {
    ...{ name, segmentIds, excludeSegmentIds, channel, subject, preheader, body, text, from, replyTo },
    rate: throttlePerSecond === undefined ? "" : String(throttlePerSecond),
  };
}

export const FIELD_NAMES: Readonly<Record<DraftField, string>> = {
  name: "Name",
  segmentIds: "Who gets it",
  excludeSegmentIds: "Except who is in",
  channel: "Channel",
  subject: "Subject",
  preheader: "Preheader",
  body: "Body",
  text: "Text part",
  from: "From",
  replyTo: "Reply to",
  rate: "Messages a second",
};

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export function differingFields(a: Draft, b: Draft): readonly DraftField[] {
  return (Object.keys(FIELD_NAMES) as DraftField[]).filter((field) => !same(a[field], b[field]));
}

type Change = Partial<CampaignInput>;

/** What has to be written so that `from` becomes `to`; what would be kept alike is no change. */
export function changeBetween(from: Draft, to: Draft): Change {
  const [before, after] = [inputOf(from), inputOf(to)];
  const { segmentIds, excludeSegmentIds } = after;
  return {
    ...(before.name === after.name ? {} : { name: after.name }),
    ...(same([before.segmentIds, before.excludeSegmentIds], [segmentIds, excludeSegmentIds])
      ? {}
      : { segmentIds, excludeSegmentIds }),
    ...(same(before.message, after.message) ? {} : { message: after.message }),
    ...(before.throttlePerSecond === after.throttlePerSecond ? {} : { throttlePerSecond: after.throttlePerSecond }),
  };
}

export function inputOf(draft: Draft): CampaignInput {
  const { name, segmentIds, excludeSegmentIds, rate } = draft;
  return {
    name: name.trim(),
    segmentIds,
    excludeSegmentIds,
    message: messageOf(draft),
    throttlePerSecond: rate.trim() === "" ? null : Number(rate),
  };
}

function messageOf({ channel, body, subject, preheader, text, from, replyTo }: Draft): CampaignInput["message"] {
  if (channel === "sms") return { channel, body };
  const given = (name: string, value: string) => (value.trim() === "" ? {} : { [name]: value });
  return {
    ...{ channel, subject, body },
    ...given("preheader", preheader),
    ...given("text", text),
    ...given("from", from.trim()),
    ...given("replyTo", replyTo.trim()),
  };
}

export type Faults = Readonly<Partial<Record<DraftField, string>>>;

/** What the engine would refuse in words that say less. */
export function ownFaults(draft: Draft): Faults {
  const rate = Number(draft.rate);
  return {
    ...(draft.name.trim() === "" ? { name: "Give it a name." } : {}),
    ...(draft.segmentIds.length === 0 ? { segmentIds: "Choose at least one segment." } : {}),
    ...(draft.channel === "email" && draft.subject.trim() === "" ? { subject: "An e-mail needs a subject." } : {}),
    ...(draft.body.trim() === "" ? { body: "Write something: an empty message can't be kept." } : {}),
    ...(draft.rate.trim() !== "" && !(rate > 0 && rate <= 1_000_000)
      ? { rate: "A number above 0, or nothing for no limit." }
      : {}),
  };
}

const PLACES: Readonly<Record<string, DraftField>> = {
  segmentId: "segmentIds",
  throttlePerSecond: "rate",
};

/** The engine's faults by the field that they are in; what is in none has no field. */
export function faultsAt(issues: readonly { readonly path: string; readonly message: string }[]): {
  readonly faults: Faults;
  readonly rest: readonly string[];
} {
  const faults: Partial<Record<DraftField, string>> = {};
  const rest: string[] = [];
  for (const { path, message } of issues) {
    const [first = "", second] = path.split(".");
    const place = first === "message" ? second : first;
    const field = place === undefined ? undefined : (PLACES[place] ?? (place in FIELD_NAMES ? (place as DraftField) : undefined));
    const words = message.replace(/^is not a valid template: /, "");
    if (field === undefined) rest.push(`${path} ${message}`);
    else faults[field] = faults[field] === undefined ? words : `${faults[field]}; ${words}`;
  }
  return { faults, rest };
}

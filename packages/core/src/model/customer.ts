import { v5 as uuidV5 } from "uuid";
import { z } from "zod";
import type { Issue } from "../errors.js";
import { attributeFault, declaredType } from "./attribute.js";
import { type EdgeContext, idText, instantText, type Parsed, parseWith, text } from "./edge.js";
import { type Instant, isTimeZone } from "./instant.js";
import type { MinorUnits } from "./money.js";

export const CHANNELS = ["email", "sms"] as const;
export type Channel = (typeof CHANNELS)[number];

/** Flat: dates are ISO 8601 strings. */
export type AttributeValue = string | number | boolean | readonly string[];

export interface Consent {
  readonly state: "subscribed" | "withdrawn";
  /** When the state began; absent while nobody said when (subscribed by default, or by an upsert without `at`). */
  readonly at?: Instant;
  /** `record`: by an upsert; the others are not undone by an upsert that doesn't carry a later `at`. */
  readonly by?: "record" | "complained" | "unsubscribed";
}

/** A customer with what a store must keep beside it to fold upserts in any order. */
export interface StoredCustomer {
  readonly id: string;
  /** Trimmed, NFC, lower-cased. */
  readonly email?: string;
  readonly phone?: string;
  readonly name?: string;
  readonly timeZone?: string;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly visitCount: number;
  readonly lastVisitAt?: Instant;
  readonly consent: Readonly<Record<Channel, Consent>>;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Totals are a function of the stored orders; no upsert touches them. */
  readonly orderCount: number;
  readonly totalSpend: MinorUnits;
  readonly firstOrderAt?: Instant;
  readonly lastOrderAt?: Instant;
  /** Stamp of the newest upsert applied; 0 for a bare customer made by an order. */
  readonly stamp: Stamp;
  /** Fields that an upsert left empty on purpose (`name`, `attributes.plan`): an older row does not fill them. */
  readonly cleared: readonly string[];
}

/** When the API accepted a row: microseconds since the epoch, ever rising within a process. Orders rows about one thing. */
export type Stamp = number;

/** The fields that an upsert carries: absent leaves as is, null clears. */
export interface CustomerFields {
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly name?: string | null;
  readonly timeZone?: string | null;
  readonly tags?: readonly string[] | null;
  readonly attributes?: Readonly<Record<string, AttributeValue | null>>;
  readonly visitCount?: number | null;
  readonly lastVisitAt?: Instant | null;
  readonly consent?: { readonly [C in Channel]?: { readonly state: "subscribed" | "withdrawn"; readonly at?: Instant } };
}

/** One upsert of a customer whose identity is settled. */
export interface CustomerChange {
  readonly id: string;
  readonly stamp: Stamp;
  readonly fields: CustomerFields;
}

/** What became of a change. */
export type CustomerOutcome = "stored" | "erased";

/** A parsed customer row: `id` may still be missing, then `fields.email` is there. */
export interface CustomerRecord {
  readonly id?: string;
  readonly fields: CustomerFields;
}

export type ParseCustomer = (input: unknown) => Parsed<CustomerRecord>;

const CUSTOMER_NAMESPACE = "5e0c1f2a-6d0b-5c0e-9f63-0a4d2f6a7c11";

/** Emails are compared trimmed, in NFC and lower-cased. */
export function normalizeEmail(email: string): string {
  return email.trim().normalize("NFC").toLowerCase();
}

/** The id of a customer who is known by email only: a UUIDv5 (RFC 9562), so that every process makes the same. */
export function customerIdForEmail(normalizedEmail: string): string {
  return uuidV5(normalizedEmail, CUSTOMER_NAMESPACE);
}

/** What an address of a channel looks like, and the form in which it is kept. */
export const ADDRESS_TEXT = {
  email: text(320)
    .transform(normalizeEmail)
    .refine((value) => /^[^\s\p{Cc}@<>,;:"\\()[\]]+@[^\s\p{Cc}@<>,;:"\\()[\]]+$/u.test(value), "must be an email address"),
  sms: text(40)
    .transform((value) => value.trim())
    .refine((value) => /^\+?[0-9][0-9 ().-]{2,}$/.test(value), "must be a phone number: digits, with an optional leading +"),
} as const satisfies Record<Channel, z.ZodType<string>>;

/** The schema of one customer as it comes in. Unknown fields are refused, so that a typo is not lost in silence. */
export function customerSchema(context: EdgeContext) {
  const attribute = z.union([text(4_000), z.number(), z.boolean(), z.array(text(1_000)).max(1_000), z.null()]);
  const consent = z.strictObject({ state: z.enum(["subscribed", "withdrawn"]), at: instantText(context).optional() });
  return z
    .strictObject({
      id: idText.optional(),
      email: ADDRESS_TEXT.email.nullish(),
      phone: ADDRESS_TEXT.sms.nullish(),
      name: text(500).nullish(),
      timeZone: text(100).refine(isTimeZone, "must be an IANA time zone such as Europe/London").nullish(),
      tags: z.array(text(200).min(1)).max(1_000).nullish(),
      attributes: z
        .record(text(200).min(1), attribute)
        .refine((value) => Object.keys(value).length <= 500, "must have at most 500 keys")
        .superRefine((value, refinement) => {
          for (const [name, held] of Object.entries(value)) {
            const type = declaredType(context.attributes, name);
            const message = type && attributeFault(type, held);
            if (message) refinement.addIssue({ code: "custom", path: [name], message });
          }
        })
        .optional(),
      visitCount: z.int().min(0).max(Number.MAX_SAFE_INTEGER).nullish(),
      lastVisitAt: instantText(context).nullish(),
      consent: z.strictObject({ email: consent.optional(), sms: consent.optional() }).optional(),
    })
    .meta({ id: "CustomerInput", description: "A customer to insert or change: absent fields stay as they are, null clears." });
}

/** Makes the parser of one engine. An id or email must be there; an id that is the record's own email or phone is refused. */
export function customerParser(context: EdgeContext): ParseCustomer {
  const schema = customerSchema(context);
  return (input) => {
    const parsed = parseWith(schema, input);
    if (!parsed.ok) return parsed;
    const { id, ...fields } = parsed.value;
    const issues = [...identityIssues(id, fields.email, fields.phone), ...prototypeIssues(input)];
    if (issues.length > 0) return { ok: false, issues };
    return { ok: true, value: { ...(id === undefined ? {} : { id }), fields: withoutUndefined(fields) as CustomerFields } };
  };
}

function identityIssues(id: string | undefined, email: string | null | undefined, phone: string | null | undefined): Issue[] {
  if (id === undefined && !email) return [{ path: "id", message: "an id or an email is required" }];
  if (id === undefined) return [];
  const sameAsEmail = typeof email === "string" && normalizeEmail(id) === email;
  const sameAsPhone =
    typeof phone === "string" && phoneDigits(id) !== "" && phoneDigits(id) === phoneDigits(phone) && /^[+0-9 ().-]+$/.test(id);
  return sameAsEmail || sameAsPhone
    ? [{ path: "id", message: `must not be the customer's own ${sameAsEmail ? "email" : "phone"}: ids outlive erasure` }]
    : [];
}

/** The schema leaves such a key out of what it reads, so it is looked for in the input: nothing is lost in silence. */
function prototypeIssues(input: unknown): Issue[] {
  const { attributes } = input as { readonly attributes?: object };
  return attributes !== undefined && Object.hasOwn(attributes, "__proto__")
    ? [{ path: "attributes.__proto__", message: "must not be the name of an attribute" }]
    : [];
}

/** A customer that only an order has named so far. Any later record fills it in. */
export function bareCustomer(id: string, now: Instant): StoredCustomer {
  return {
    id,
    tags: [],
    attributes: {},
    visitCount: 0,
    consent: { email: { state: "subscribed" }, sms: { state: "subscribed" } },
    createdAt: now,
    updatedAt: now,
    orderCount: 0,
    totalSpend: 0,
    stamp: 0,
    cleared: [],
  };
}

/**
 * Folds one upsert into what is stored. Applying a row again changes nothing; a row older than the stored stamp only
 * fills fields that no newer row has set or cleared. Consent withdrawn by the person is undone only by a later `at`.
 */
export function applyCustomerChange(stored: StoredCustomer | undefined, change: CustomerChange, now: Instant): StoredCustomer {
  const before = stored ?? bareCustomer(change.id, now);
  const newer = change.stamp >= before.stamp;
  const fields: Record<string, unknown> = { ...before };
  const attributes: Record<string, AttributeValue> = Object.assign(Object.create(null), before.attributes);
  const cleared = new Set(before.cleared);

  const set = (target: Record<string, unknown>, key: string, name: string, value: unknown, empty: unknown): void => {
    const current = target[key];
    const missing = current === undefined || isEmptyDefault(current, empty);
    if (!newer && (!missing || cleared.has(name))) return;
    const clears = value === null || isEmptyDefault(value, empty);
    if (clears && empty === undefined) delete target[key];
    else target[key] = clears ? empty : value;
    if (clears) cleared.add(name);
    else cleared.delete(name);
  };

  const { attributes: incoming, consent, ...scalars } = change.fields;
  for (const [key, value] of Object.entries(scalars)) {
    if (value !== undefined) set(fields, key, key, value, key === "tags" ? [] : key === "visitCount" ? 0 : undefined);
  }
  for (const [key, value] of Object.entries(incoming ?? {})) set(attributes, key, `attributes.${key}`, value, undefined);

  return {
    ...(fields as unknown as StoredCustomer),
    attributes: { ...attributes },
    consent: foldConsent(before.consent, consent, newer, Math.floor(change.stamp / 1000)),
    cleared: [...cleared].sort(),
    stamp: Math.max(before.stamp, change.stamp),
    updatedAt: change.stamp > before.stamp ? now : before.updatedAt,
  };
}

/**
 * Withdraws consent because the person said so; the latest withdrawal stands. A subscription undoes it only if it is known
 * to be later, whichever of the two comes in first.
 */
export function withdrawConsent(consent: Consent, by: "complained" | "unsubscribed", at: Instant): Consent {
  const known = consent.state === "subscribed" || consent.by !== "record" ? consent.at : undefined;
  if (known === undefined || at > known || (at === known && (consent.state === "subscribed" || by < (consent.by ?? by)))) {
    return { state: "withdrawn", at, by };
  }
  return consent;
}

function foldConsent(
  before: StoredCustomer["consent"],
  incoming: CustomerFields["consent"],
  newer: boolean,
  acceptedAt: Instant,
): StoredCustomer["consent"] {
  const next: Record<Channel, Consent> = { ...before };
  for (const channel of CHANNELS) {
    const wanted = incoming?.[channel];
    if (wanted?.state === "subscribed") next[channel] = subscribe(before[channel], wanted.at, newer);
    else if (wanted) next[channel] = withdrawByRecord(before[channel], wanted.at ?? acceptedAt, newer);
  }
  return next;
}

function subscribe(current: Consent, at: Instant | undefined, newer: boolean): Consent {
  const saidByPerson = current.by === "complained" || current.by === "unsubscribed";
  if (saidByPerson && (at === undefined || at <= (current.at ?? 0))) return current;
  if (!saidByPerson && current.state === "withdrawn" && !newer) return current;
  const known = [at, current.state === "subscribed" ? current.at : undefined].filter((time) => time !== undefined);
  return { state: "subscribed", ...(known.length === 0 ? {} : { at: Math.max(...known) }), by: "record" };
}

function withdrawByRecord(current: Consent, at: Instant, newer: boolean): Consent {
  const settled = current.by === "complained" || current.by === "unsubscribed" || (current.by === "record" && !newer);
  return settled ? current : { state: "withdrawn", at, by: "record" };
}

function isEmptyDefault(value: unknown, empty: unknown): boolean {
  return Array.isArray(empty) ? Array.isArray(value) && value.length === 0 : empty !== undefined && value === empty;
}

function phoneDigits(value: string): string {
  return value.replace(/\D/g, "");
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}

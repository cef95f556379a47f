import { CHANNELS } from "../../model/channel.js";
import type { AttributeValue, Consent, StoredCustomer } from "../../model/customer.js";
import { type StoredOrder, totalsOf } from "../../model/order.js";
import { recordOf, withoutUndefined } from "../../model/record-of.js";
import type { SubjectMessage } from "../../query/condition/subject.js";
import { type Random, seededRandom } from "../seeded-random.js";
import { generateMessages, generateOrders } from "./generate-history.js";
import {
  ATTRIBUTE_NAMES,
  COUNTS,
  EMAILS,
  INSTANTS,
  NAMES,
  NUMBERS,
  PHONES,
  TAGS,
  TIME_ZONES,
  TIMES,
  UNTIMELY,
} from "./value-pools.js";

type AttributeKind = "text" | "number" | "boolean" | "date" | "array";
const ATTRIBUTE_KINDS: readonly AttributeKind[] = ["text", "number", "boolean", "date", "array"];

/** A customer with its whole history. */
export interface GeneratedCustomer extends StoredCustomer {
  readonly orders: readonly StoredOrder[];
  readonly messages: readonly SubjectMessage[];
}

/**
 * The same messy customers for the same seed: with holes, odd scripts, dates on the edges of windows, and attributes of the
 * wrong type. Their totals are those of their orders.
 */
export function generateCustomers(seed: number, count: number): readonly GeneratedCustomer[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => generateCustomer(random, index));
}

/** The id of the customer at a place; every 7th has letters beyond ASCII. */
export function generatedId(index: number): string {
  return `c${String(index).padStart(4, "0")}${index % 7 === 3 ? "-Ünï" : ""}`;
}

/** An attribute's value of one kind. */
export function generateAttribute(random: Random, kind: AttributeKind): AttributeValue {
  switch (kind) {
    case "text":
      return random.pick(NAMES);
    case "number":
      return random.pick(NUMBERS);
    case "boolean":
      return random.chance(50);
    case "date":
      return random.pick(random.chance(85) ? TIMES : UNTIMELY);
    case "array":
      return random.chance(25) ? [] : random.some(TAGS, 4);
  }
}

function generateCustomer(random: Random, index: number): GeneratedCustomer {
  const createdAt = random.pick(INSTANTS);
  const id = generatedId(index);
  const orders = generateOrders(random, id);
  return {
    id,
    ...maybe(random, "email", EMAILS),
    ...maybe(random, "phone", PHONES),
    ...maybe(random, "name", NAMES),
    ...maybe(random, "timeZone", TIME_ZONES),
    ...maybe(random, "lastVisitAt", INSTANTS),
    tags: random.chance(30) ? [] : random.some(TAGS, 5),
    attributes: generateAttributes(random),
    visitCount: random.pick(COUNTS),
    consent: withoutUndefined(recordOf(CHANNELS, () => generateConsent(random))),
    addressHashes: {},
    marks: {},
    createdAt,
    updatedAt: Math.max(createdAt, random.pick(INSTANTS)),
    ...totalsOf(orders),
    orders,
    messages: generateMessages(random),
    firstStamp: 0,
    changedStamp: 0,
    stamp: 1_700_000_000_000_000 + index,
    cleared: [],
  };
}

function generateAttributes(random: Random): Readonly<Record<string, AttributeValue>> {
  const attributes: Record<string, AttributeValue> = {};
  for (let left = random.int(9); left > 0; left--) {
    const place = random.int(ATTRIBUTE_NAMES.length);
    const [name] = ATTRIBUTE_NAMES.slice(place);
    const usual = ATTRIBUTE_KINDS[place % ATTRIBUTE_KINDS.length];
    const kind = usual === undefined || random.chance(25) ? random.pick(ATTRIBUTE_KINDS) : usual;
    if (name !== undefined) attributes[name] = generateAttribute(random, kind);
  }
  return attributes;
}

function generateConsent(random: Random): Consent | undefined {
  if (random.chance(30)) return undefined;
  return random.chance(60)
    ? { state: "subscribed", by: "record" }
    : { state: "withdrawn", at: random.pick(INSTANTS), by: "record" };
}

function maybe<K extends string, V>(random: Random, key: K, values: readonly V[]): { readonly [P in K]?: V } {
  return random.chance(70) ? ({ [key]: random.pick(values) } as { readonly [P in K]: V }) : {};
}

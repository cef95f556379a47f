import type { AddressMark, CustomerChange, OrderChange } from "@crm-engine/core/ports";
import { type Random, seededRandom } from "./random.js";

/** The clock of every estimate here: orders and visits lie in the two years before it. */
export const NOW = Date.parse("2026-07-01T00:00:00Z");
export const DAY_MS = 86_400_000;
export const CURRENCY = "USD";

const SEED = 20_261_122;
const HISTORY_DAYS = 730;
const PRODUCTS = 2_000;
const PER_CUSTOMER = 3;
const TAGS = ["newsletter", "wholesale", "beta", "vip", "support", "press", "partner", "returns", "gift", "student"];
const PLANS = ["free", "free", "free", "starter", "starter", "pro", "team"];
const CITIES = Array.from({ length: 50 }, (_, index) => `City ${index}`);
const FIRST_NAMES = ["Ana", "Bo", "Chloé", "Dmitri", "Ève", "Farid", "Grace", "Hana", "Ivan", "João", "Kim", "Lars"];
const LAST_NAMES = ["Andersson", "Brown", "Costa", "Dubois", "Évora", "Fischer", "García", "Hughes", "Ito", "Jansen"];
const ZONES = ["Europe/London", "Europe/Paris", "America/New_York", "Asia/Tokyo"];

export function customerId(index: number): string {
  return `c${String(index).padStart(7, "0")}`;
}

export function sku(index: number): string {
  return `SKU-${String(index).padStart(4, "0")}`;
}

/** Customers in the order of their ids. */
export function* generateCustomers(count: number): Generator<CustomerChange> {
  const random = seededRandom(SEED);
  for (let index = 0; index < count; index++) {
    const first = random.pick(FIRST_NAMES);
    const last = random.pick(LAST_NAMES);
    const email = emailOf(index);
    yield {
      id: customerId(index),
      stamp: 1,
      hashes: email === undefined ? {} : { email: hashOf(email) },
      fields: {
        ...(email === undefined ? {} : { email }),
        name: `${first} ${last}`,
        timeZone: random.pick(ZONES),
        tags: TAGS.filter(() => random.chance(0.12)),
        attributes: {
          plan: random.pick(PLANS),
          city: random.pick(CITIES),
          score: random.below(1_000) / 10,
          born: dateText(Date.parse("1950-01-01T00:00:00Z") + random.below(20_000) * DAY_MS),
        },
        visitCount: random.below(40),
        ...(random.chance(0.9) ? { lastVisitAt: pastTime(random) } : {}),
        consent: { email: { state: random.chance(0.05) ? "withdrawn" : "subscribed" } },
      },
    };
  }
}

/** One in fifty has none, and one in a hundred that of somebody else. */
function emailOf(index: number): string | undefined {
  if (index % 50 === 7) return undefined;
  return `person${index % 100 === 1 ? index - 1 : index}@example.com`;
}

function hashOf(email: string): string {
  return `1:${email}`;
}

/** One mailbox in thirty is suppressed. */
export function* generateMarks(customers: number): Generator<AddressMark> {
  for (let index = 0; index < customers; index += 30) {
    const email = emailOf(index);
    if (email !== undefined) yield { channel: "email", hash: hashOf(email), version: 1, refusal: "suppressed" };
  }
}

/** Three for each customer, on average: a third of them have none, and some have many. */
export function* generateOrders(customers: number): Generator<OrderChange> {
  const random = seededRandom(SEED + 1);
  for (let index = 0; index < customers * PER_CUSTOMER; index++) {
    yield {
      id: `o${index}`,
      customerId: customerId(buyer(random, customers)),
      type: random.chance(0.04) ? "refund" : "purchase",
      status: "placed",
      amount: 500 + Math.floor(20_000 * (1 / (0.02 + random.below(10_000) / 10_000) - 0.98)),
      currency: CURRENCY,
      placedAt: pastTime(random),
      channel: random.pick(["web", "web", "shop", "app"]),
      items: Array.from({ length: 1 + random.below(3) }, () => {
        const product = Math.floor((random.below(10_000) / 10_000) ** 2 * PRODUCTS);
        return {
          sku: sku(product),
          name: `Product ${product}`,
          category: `Category ${product % 20}`,
          quantity: 1 + random.below(5),
          price: 1 + random.below(10_000) / 100,
        };
      }),
      stamp: 1,
    };
  }
}

/** Two thirds of the people buy, the first of them in every hundred most. */
function buyer(random: Random, customers: number): number {
  const block = random.below(Math.max(1, Math.floor(customers / 100)));
  return Math.min(customers - 1, block * 100 + Math.floor((random.below(10_000) / 10_000) ** 1.5 * 67));
}

/** Rather lately than long ago. */
function pastTime(random: Random): number {
  return NOW - Math.floor((random.below(1_000_000) / 1_000_000) ** 1.3 * HISTORY_DAYS * DAY_MS);
}

function dateText(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

import type { CustomerInput, OrderInput } from "@crm-engine/core";

export const SAMPLE_CUSTOMERS = 300;
export const SAMPLE_ORDERS = 900;
/** All sample orders came by this channel, by which they are found again. */
export const SAMPLE_CHANNEL = "sample";
const DAYS = 90;
/** So many of the first bought much, and not of late: whom one would want to win back. */
const LAPSED = 20;
const LAPSED_DAYS = 35;
const DAY_MS = 86_400_000;

export const isSampleCustomer = (id: string): boolean => /^sample-[a-z0-9]{6}-\d{3}$/.test(id);
export const isSampleOrder = (id: string): boolean => /^sample-[a-z0-9]{6}-o\d{3}$/.test(id);

/** A name for a set of data that nobody had before: an erased address stays suppressed, and is not to be used again. */
export function newRun(): string {
  return [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => (byte % 36).toString(36)).join("");
}

const FIRST = "Ada Ben Chloe Daniel Elena Felix Grace Hugo Iris Jonas Klara Leo Mina Noah Olga Paul Quinn Rosa Samir Tara".split(
  " ",
);
const LAST = "Abbott Berg Costa Dubois Evans Fischer Gupta Hansen Ito Jansen Keller Lopez Moreau Novak Okafor Patel".split(" ");
const CITIES = ["London", "Paris", "Berlin", "Madrid", "Dublin", "Oslo"];
const PLANS = ["free", "free", "basic", "basic", "plus"];
/** Whole prices, which every currency has. */
const PRODUCTS = [
  ["TEA-01", "Breakfast tea", "Drinks", 5],
  ["TEA-02", "Green tea", "Drinks", 6],
  ["CUP-01", "Stoneware cup", "Kitchen", 12],
  ["POT-01", "Teapot", "Kitchen", 34],
  ["TIN-01", "Biscuit tin", "Kitchen", 19],
  ["CARD-1", "Greeting card", "Paper", 3],
  ["BOOK-1", "Notebook", "Paper", 10],
  ["LAMP-1", "Reading lamp", "Home", 59],
] as const;

interface Sample {
  readonly customers: readonly CustomerInput[];
  readonly orders: readonly OrderInput[];
}

/** The same data whenever it is made of the same name and time, so that it can be sent again. */
export function makeSample(run: string, now: number): Sample {
  const random = randomOf(run);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const number = (index: number) => String(index + 1).padStart(3, "0");
  const daysAgo = (days: number) => new Date(now - days * DAY_MS).toISOString();
  const idOf = (index: number) => `sample-${run}-${number(index)}`;

  const customers = Array.from({ length: SAMPLE_CUSTOMERS }, (_, index): CustomerInput => {
    const [first, last] = [pick(FIRST), pick(LAST)];
    const withdrawn = random() < 0.08;
    return {
      id: idOf(index),
      name: `${first} ${last}`,
      email: `${first}.${last}.${run}${number(index)}@example.com`.toLowerCase(),
      tags: ["sample", ...(random() < 0.2 ? ["vip"] : []), ...(random() < 0.3 ? ["newsletter"] : [])],
      attributes: { plan: pick(PLANS), city: pick(CITIES) },
      consent: {
        email: withdrawn
          ? { state: "withdrawn", at: daysAgo(20), by: "unsubscribed" }
          : { state: "subscribed", at: daysAgo(120) },
      },
    };
  });

  const orders = Array.from({ length: SAMPLE_ORDERS }, (_, index): OrderInput => {
    // Some buy often, most seldom.
    const buyer = Math.floor(random() ** 2 * SAMPLE_CUSTOMERS);
    const lapsed = buyer < LAPSED;
    const items = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
      const [sku, name, category, price] = pick(PRODUCTS);
      return { sku, name, category, quantity: 1 + Math.floor(random() * (lapsed ? 12 : 4)), price };
    });
    return {
      id: `sample-${run}-o${number(index)}`,
      customerId: idOf(buyer),
      type: random() < 0.04 ? "refund" : "purchase",
      amount: items.reduce((sum, { price, quantity }) => sum + price * quantity, 0),
      placedAt: daysAgo(lapsed ? LAPSED_DAYS + random() * (DAYS - LAPSED_DAYS) : random() * DAYS),
      channel: SAMPLE_CHANNEL,
      items,
    };
  });
  return { customers, orders };
}

/** Mulberry32, from a text. */
function randomOf(text: string): () => number {
  let state = [...text].reduce((hash, char) => Math.imul(hash ^ char.charCodeAt(0), 16_777_619), 2_166_136_261);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

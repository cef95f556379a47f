import type { Customer, Engine, Order, Page, PageRequest } from "@crm-engine/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { openSite, type Site, scratchUrl } from "./site.fixture.js";

const SEED = 20_260_801;
const CUSTOMERS = 300;

/** No NUL and no half of a character, which the engine takes nowhere. */
const messy = fc
  .oneof(
    fc.string({ unit: "grapheme", maxLength: 10 }),
    fc.string({ unit: fc.constantFrom(..."'=+-@\t\r\n 0157.e;,\"[]ab"), maxLength: 7 }),
    fc.constantFrom("true", "false", "null", "'", "=1+1", "@x", "007", "1.10", "5", "'=x", '["a"]', "a;b", " padded "),
  )
  .filter((text) => !text.includes("\0"));
const filled = messy.filter((text) => text !== "");
const instants = fc
  .date({ min: new Date("0001-01-01"), max: new Date("2026-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const numbers = fc
  .oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constantFrom(1e21, 1e-7, 0.1))
  .map((number) => number + 0);
const attributes = fc.dictionary(
  fc.constantFrom("plan", "zip", "a.b", "with, comma", 'quo"te', "trailing ", "Größe", "constructor", "line\nbreak"),
  fc.oneof(messy, numbers, fc.boolean(), fc.array(messy, { maxLength: 3 })),
  { noNullPrototype: true },
);
const consents = fc.oneof(
  fc.record({ state: fc.constant("subscribed"), at: instants }, { requiredKeys: ["state"] }),
  fc.record(
    { state: fc.constant("withdrawn"), at: instants, by: fc.constantFrom("unsubscribed", "complained") },
    { requiredKeys: ["state", "at"] },
  ),
);
const people = fc.record(
  {
    phone: fc.integer({ min: 10_000_000, max: 99_999_999 }).map((digits) => `+4915${digits}`),
    name: messy,
    timeZone: fc.constantFrom("Europe/Berlin", "UTC"),
    tags: fc.array(
      messy.filter((tag) => tag !== ""),
      { maxLength: 3 },
    ),
    visitCount: fc.nat(),
    lastVisitAt: instants,
    attributes,
    consent: fc.record({ email: consents, sms: consents }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const items = fc.record(
  {
    sku: filled,
    name: filled,
    category: filled,
    quantity: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(0.5, 1e-7, 1e21)),
    price: fc.oneof(
      fc.integer({ min: 0, max: 99_999 }).map((cents) => cents / 100),
      fc.constantFrom(1e-7, 0.333333),
    ),
  },
  { requiredKeys: ["sku", "quantity", "price"] },
);
const purchases = fc.record(
  {
    amount: fc
      .bigInt({ min: 0n, max: 1_000_000_000_000n })
      .map((cents) => `${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`),
    type: fc.constantFrom("purchase", "refund"),
    status: fc.constantFrom("placed", "cancelled"),
    placedAt: instants,
    channel: messy,
    items: fc.array(items, { maxLength: 4 }),
  },
  { requiredKeys: ["amount", "placedAt"] },
);

/** Customers, whose ids a spreadsheet might take for more than text, and their orders. */
function generated(): { readonly customers: readonly object[]; readonly orders: readonly object[] } {
  const id = (index: number): string => `${["", "=", "'=", "-", "@"][index % 5]}${index}`;
  const customers = fc
    .sample(people, { seed: SEED, numRuns: CUSTOMERS })
    .map((person, index) => ({ id: id(index), email: `p${index}@example.com`, ...person }));
  const orders = fc
    .sample(purchases, { seed: SEED, numRuns: CUSTOMERS })
    .map((order, index) => ({ id: `o${id(index)}`, customerId: id(index % 70), ...order }));
  return { customers, orders };
}

async function whole<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<readonly T[]> {
  const found: T[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await list({ limit: 200, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.items);
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
}

/** All that an export carries: when a record was written, and by which upload, is the importing engine's own. */
async function heldBy({
  customers,
  orders,
}: Engine): Promise<{ readonly customers: readonly unknown[]; readonly orders: readonly unknown[] }> {
  const own = ({ createdAt: _, updatedAt: __, ...customer }: Customer) => customer;
  const ownOrder = ({ batchId: _, row: __, ...order }: Order) => order;
  return {
    customers: (await whole((page) => customers.list(page))).map(own),
    orders: (await whole((page) => orders.list({}, page))).map(ownOrder),
  };
}

async function download({ app }: Site, path: string): Promise<string> {
  const answer = await app.request(path);
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.text();
}

it.each([
  ["memory", "SQLite"],
  ["SQLite", "memory"],
])(
  "what is exported from %s and imported into an empty %s is the same",
  async (from, to) => {
    const url = async (kind: string): Promise<string> => (kind === "memory" ? "memory:" : await scratchUrl());
    const [source, target] = [await openSite(await url(from)), await openSite(await url(to))];
    const { customers, orders } = generated();
    await source.upload("/api/customers", JSON.stringify(customers), "application/json");
    await source.upload("/api/orders", JSON.stringify(orders), "application/json");

    await target.upload("/api/customers", await download(source, "/api/customers.csv"), "text/csv");
    await target.upload("/api/orders?map=crm-engine", await download(source, "/api/orders.csv"), "text/csv");
    const before = await heldBy(source.engine);
    expect(before).toMatchObject({ customers: { length: CUSTOMERS }, orders: { length: CUSTOMERS } });
    expect(await heldBy(target.engine)).toEqual(before);
    // Sent a second time it changes nothing.
    await target.upload("/api/customers", await download(target, "/api/customers.csv"), "text/csv");
    await target.upload("/api/orders?map=crm-engine", await download(target, "/api/orders.csv"), "text/csv");
    expect(await heldBy(target.engine)).toEqual(before);
  },
  60_000,
);

it("members of a segment can be read in again too", async () => {
  const [source, target] = [await openSite("memory:"), await openSite("memory:")];
  await source.upload("/api/customers", JSON.stringify(generated().customers), "application/json");
  const { id } = await source.engine.segments.create({ name: "All", rule: { all: [] } });
  await target.upload("/api/customers", await download(source, `/api/segments/${id}/customers.csv`), "text/csv");
  expect(await heldBy(target.engine)).toEqual(await heldBy(source.engine));
});

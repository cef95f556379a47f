import { readFileSync } from "node:fs";
import { PRESETS, recognise } from "@crm-engine/files";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../../running-app.fixture.js";

let running: RunningApp;
beforeEach(async () => {
  running = await runningApp();
});
afterEach(() => running.close());

function exported(name: string): string {
  return readFileSync(new URL(`../../../../files/src/presets/exports/${name}.csv`, import.meta.url), "utf8");
}

async function upload(kind: string, map: unknown, body: string) {
  const text = typeof map === "string" ? map : JSON.stringify(map);
  const path = `/api/${kind}?map=${encodeURIComponent(text)}`;
  const { json, status, text: answer } = await running.call("POST", path, body, { "content-type": "text/csv" });
  expect(status, answer).toBe(202);
  await running.settle();
  return (await running.call("GET", json.statusUrl)).json;
}

/** Uploads the preset's file, and gives the batch. */
async function uploadExport(name: string, change: (text: string) => string = (text) => text) {
  const preset = PRESETS.find((one) => one.name === name);
  return upload(preset?.kind ?? "", name, change(exported(name)));
}

const order = async (id: string) => (await running.call("GET", `/api/orders/${encodeURIComponent(id)}`)).json;
const customer = async (email: string) => (await running.call("GET", `/api/customers?email=${email}`)).json.items[0];
const suppressions = async (address: string) =>
  (await running.call("GET", `/api/suppressions?channel=email&address=${address}`)).json;

describe("a header", () => {
  it.each(PRESETS.map(({ name }) => name))("of %s is recognised as that", (name) => {
    const header =
      exported(name)
        .replace(/^\ufeff/, "")
        .split(/\r?\n/)[0] ?? "";
    expect(recognise(header.split(",").map((column) => column.replaceAll('"', "")))?.name).toBe(name);
  });

  it("of nobody's is none", () => {
    expect(recognise(["id", "email", "name"])).toBeUndefined();
    expect(recognise([])).toBeUndefined();
  });
});

describe("Shopify", () => {
  it("orders: the first of an order's lines has its fields; the customer goes by e-mail, and never by an id", async () => {
    const batch = await uploadExport("shopify-orders");
    expect(batch).toMatchObject({ received: 6, accepted: 4, rejected: 2 });
    const ada = await customer("ada@example.com");
    expect(ada).toMatchObject({ name: "Ada Lovelace", orderCount: 1, totalSpend: 46 });
    expect(ada.id).not.toContain("@");
    expect(await order("#1001")).toMatchObject({
      customerId: ada.id,
      amount: 46,
      placedAt: "2026-01-05T15:44:01.000Z",
      channel: "web",
      items: [
        { sku: "TEA-1", quantity: 2, price: 15 },
        { sku: "Tea cup, blue", quantity: 1, price: 10 },
      ],
    });
    expect(await order("#1002")).toMatchObject({ amount: 10, status: "placed" });
    expect(await order("#1003")).toMatchObject({ amount: 0, status: "cancelled" });
  });

  it("orders: one is rejected whole if its second line can't be used, with both lines named", async () => {
    const { errors } = await uploadExport("shopify-orders");
    expect(errors).toEqual([
      { row: 5, line: 6, path: "Name", message: 'order "#1004" is rejected whole: row 6 (line 7) of it can\'t be used' },
      { row: 6, line: 7, path: "Lineitem price", message: expect.stringContaining('"ten" is not a decimal number') },
    ]);
    expect((await running.call("GET", `/api/orders/${encodeURIComponent("#1004")}`)).status).toBe(404);
  });

  it("customers: numbers that are text, tags, and who does not accept marketing", async () => {
    expect(await uploadExport("shopify-customers")).toMatchObject({ accepted: 2, rejected: 0 });
    expect(await customer("ada@example.com")).toMatchObject({
      id: "7001",
      name: "Ada Lovelace",
      phone: "+15551234567",
      tags: ["VIP", "Blog reader"],
      attributes: { city: "Boston", country: "US", zip: "02108" },
      consent: { email: { state: "subscribed" } },
    });
    expect((await customer("bob@example.com")).consent.email).toMatchObject({ state: "withdrawn" });
  });
});

it("WooCommerce: what came back is taken off, a line of which all came back is no item", async () => {
  expect(await uploadExport("woocommerce-orders")).toMatchObject({ received: 3, accepted: 3 });
  expect(await order("501")).toMatchObject({ amount: 24.5, items: [{ sku: "TEA", quantity: 2, price: 10 }] });
  expect(await order("502")).toMatchObject({ status: "cancelled" });
  expect(await customer("ada@example.com")).toMatchObject({ totalSpend: 24.5, phone: "+15551234567" });
});

it("Stripe: refunds are taken off, what failed counts nowhere, another currency is rejected by name", async () => {
  const { errors, ...batch } = await uploadExport("stripe-charges");
  expect(batch).toMatchObject({ received: 5, accepted: 4, rejected: 1 });
  expect(errors).toEqual([{ row: 5, line: 6, path: "Currency", message: expect.stringContaining("must be USD") }]);
  expect(await customer("ada@example.com")).toMatchObject({ id: "cus_ada", totalSpend: 1200.5, orderCount: 1 });
  expect(await order("ch_2")).toMatchObject({ amount: 25, placedAt: "2026-03-02T10:00:00.000Z", items: [] });
  expect(await order("ch_3")).toMatchObject({ status: "cancelled" });
});

describe("Mailchimp", () => {
  it("subscribed: since when, and tags with commas in them", async () => {
    expect(await uploadExport("mailchimp-subscribed")).toMatchObject({ accepted: 2, rejected: 0 });
    expect(await customer("ada@example.com")).toMatchObject({
      name: "Ada Lovelace",
      tags: ["VIP", "Blog, weekly"],
      attributes: { mailchimpRating: 2 },
      consent: { email: { state: "subscribed", at: "2025-06-01T08:00:00.000Z" } },
    });
  });

  it("unsubscribed and cleaned come in as such, and may not be written to", async () => {
    await uploadExport("mailchimp-unsubscribed");
    await uploadExport("mailchimp-cleaned");
    expect((await customer("bob@example.com")).consent.email).toMatchObject({ state: "withdrawn", by: "unsubscribed" });
    for (const [address, reason] of [
      ["bob@example.com", "unsubscribed"],
      ["gone@example.com", "bounced"],
    ]) {
      expect(JSON.stringify(await suppressions(address ?? ""))).toContain(`"${reason}"`);
    }
  });

  it("no preset of one takes another's file", async () => {
    for (const [map, file] of [
      ["mailchimp-subscribed", "mailchimp-cleaned"],
      ["mailchimp-subscribed", "mailchimp-unsubscribed"],
      ["mailchimp-unsubscribed", "mailchimp-subscribed"],
    ]) {
      const answer = await running.call("POST", `/api/customers?map=${map}`, exported(file ?? ""), {
        "content-type": "text/csv",
      });
      expect([map, file, answer.status]).toEqual([map, file, 400]);
    }
  });
});

it("Klaviyo: consents in their words, and what is suppressed", async () => {
  expect(await uploadExport("klaviyo-profiles")).toMatchObject({ accepted: 3, rejected: 0 });
  expect(await customer("ada@example.com")).toMatchObject({
    consent: { email: { state: "subscribed" }, sms: { state: "subscribed", at: "2025-02-01T10:00:00.000Z" } },
    attributes: { zip: "02108" },
  });
  expect((await customer("bob@example.com")).consent.email).toMatchObject({ state: "withdrawn" });
  expect(JSON.stringify(await suppressions("gone@example.com"))).toContain('"bounced"');
});

describe("Online Retail", () => {
  it("of UCI and Kaggle", async () => {
    expect(await uploadExport("online-retail")).toMatchObject({ accepted: 3, errors: [{ row: 4, path: "CustomerID" }] });
    expect(await order("536365")).toMatchObject({ amount: 26.25, customerId: "17850", placedAt: "2010-12-01T08:26:00.000Z" });
    expect(await order("C536379")).toMatchObject({ type: "refund", amount: 27.5 });
  });

  it("II", async () => {
    expect(await uploadExport("online-retail-ii")).toMatchObject({ accepted: 3, errors: [{ row: 4 }] });
    expect(await order("489434")).toMatchObject({ amount: 164.4, customerId: "13085" });
    expect(await order("C489449")).toMatchObject({ type: "refund", amount: 35.4 });
  });
});

it("the engine's own export", async () => {
  expect(await uploadExport("crm-engine")).toMatchObject({ accepted: 1, rejected: 0 });
  expect(await order("o1")).toMatchObject({ amount: 9.99, items: [{ sku: "A", quantity: 2, price: 4.995 }] });
});

it("order items without a quantity, with freight in a column of its own", async () => {
  const map = {
    id: "order_id",
    "customer.id": "customer",
    placedAt: "at",
    "item.sku": "product_id",
    "item.price": { column: "price", decimal: "." },
    "item.shipping": { column: "freight_value", decimal: "." },
  };
  const file =
    "order_id,customer,at,product_id,price,freight_value\no1,c1,2026-01-01,a,54.99,14.20\no1,c1,2026-01-01,b,59.99,15.20\n";
  expect(await upload("orders", map, file)).toMatchObject({ received: 2, accepted: 2 });
  expect(await order("o1")).toMatchObject({ amount: 144.38, items: [{ quantity: 1 }, { quantity: 1 }] });
});

import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { servedApp } from "../served-app.fixture.js";
import type { UploadBody, UploadOptions } from "../uploads.js";

const bytes = (text: string) => new TextEncoder().encode(text);
async function* chunks(...parts: readonly string[]) {
  for (const part of parts) yield bytes(part);
}

const CSV = "id,email\nada,ada@example.com\n";
const NDJSON = '{"id":"ada","email":"ada@example.com"}\n';

it.each<[string, UploadBody, UploadOptions]>([
  ["text with a type", CSV, { contentType: "text/csv" }],
  ["bytes with a name", bytes(NDJSON), { fileName: "people.ndjson" }],
  ["a compressed file", new File([gzipSync(CSV)], "people.csv.gz"), {}],
  ["a blob that is said to be compressed", new Blob([gzipSync(NDJSON)]), { contentType: "application/x-ndjson", gzip: true }],
  ["a file of tabs", new File(["id\temail\nada\tada@example.com\n"], "people.tsv"), {}],
  ["another encoding", new Uint8Array(Buffer.from(CSV, "utf16le")), { contentType: "text/csv", charset: "utf-16le" }],
  ["chunks as they come", chunks("id,email\na", "da,ada@example.com\n"), { fileName: "people.csv" }],
  ["a stream of the web", new Blob([NDJSON]).stream(), { fileName: "people.JSONL" }],
  ["JSON", JSON.stringify([{ id: "ada", email: "ada@example.com" }]), { fileName: "people.json" }],
])("takes %s", async (_, body, options) => {
  const { client, engine, settle } = await servedApp();
  expect(await client.ingest.stream("customers", body, options)).toMatchObject({ received: 1 });
  await settle();
  expect(await engine.customers.get("ada")).toMatchObject({ email: "ada@example.com" });
});

it("makes orders of lines, by a preset or by a map of columns", async () => {
  const { client, engine, settle } = await servedApp();
  const lines = "order,customer,at,article,pieces,each\no1,ada,2026-01-05,tea,2,1.50\no1,ada,2026-01-05,cup,1,4.00\n";
  const map = {
    id: "order",
    "customer.id": "customer",
    placedAt: "at",
    "item.sku": "article",
    "item.quantity": "pieces",
    "item.price": "each",
  };
  await client.ingest.stream("orders", lines, { contentType: "text/csv", map });
  const retail =
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850\n";
  await client.ingest.stream("orders", retail, { contentType: "text/csv", map: "online-retail" });
  await settle();
  expect(await engine.orders.get("o1")).toMatchObject({ amount: 7, items: [{ sku: "tea" }, { sku: "cup" }] });
  expect(await engine.orders.get("536365")).toMatchObject({ customerId: "17850" });
});

it("says what is wrong: no type, a source that breaks off, a header that is none, and what became of half an upload", async () => {
  const { client, requests } = await servedApp();
  await expect(client.ingest.stream("customers", CSV)).rejects.toMatchObject({
    code: "invalid",
    issues: [{ path: "contentType" }],
  });
  expect(requests).toEqual([]);

  const why = new Error("the disk is gone");
  async function* broken() {
    yield bytes("id\n");
    throw why;
  }
  await expect(client.ingest.stream("customers", broken(), { fileName: "people.csv" })).rejects.toBe(why);
  await expect(
    client.ingest.stream("orders", "a,b\n1,2\n", { contentType: "text/csv", map: "online-retail" }),
  ).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("InvoiceNo") });

  const rows = Array.from({ length: 5_000 }, (_, n) => `{"id":"c${n}","name":"${Math.random()}"}`).join("\n");
  const half = gzipSync(rows).subarray(0, -1_000);
  await expect(client.ingest.stream("customers", half, { fileName: "people.ndjson.gz" })).rejects.toMatchObject({
    code: "invalid",
    details: { batchId: expect.any(String), rowsRead: expect.any(Number) },
  });
});

it("is one upload for a key of the caller's own, however often it is sent", async () => {
  const { client, engine } = await servedApp();
  const options = { contentType: "text/csv", idempotencyKey: "people-2026-01-05" } as const;
  const first = await client.ingest.stream("customers", CSV, options);
  expect(await client.ingest.stream("customers", CSV, options)).toEqual(first);
  await expect(client.ingest.stream("customers", "id\nben\n", options)).rejects.toMatchObject({ code: "invalid" });
  expect((await engine.batches.list({}, { limit: 10 })).items).toHaveLength(1);
});

it("ends with its signal", async () => {
  const { client } = await servedApp();
  const why = new Error("enough");
  const given = new AbortController();
  async function* endless() {
    for (;;) {
      yield bytes(NDJSON);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  setTimeout(() => given.abort(why), 100);
  const upload = client.ingest.stream("customers", endless(), { fileName: "people.ndjson", signal: given.signal });
  await expect(upload).rejects.toBe(why);
});

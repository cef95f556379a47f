import { afterEach, describe, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../../running-app.fixture.js";

let running: RunningApp | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

async function preview(query: string, body: string | Uint8Array, type = "text/csv") {
  running ??= await runningApp();
  const { status, json } = await running.call("POST", `/api/imports/preview?${query}`, body, { "content-type": type });
  return { status, ...json };
}

describe("a preview", () => {
  it("says how a file of field names is read, what its columns hold, and shows rows as they would be stored", async () => {
    const text = "id;email;attributes.zip;attributes.size;tags\r\na; Ann@Example.com ;01067;7;vip\r\nb;nowhere;22767;1.5;\r\n";
    expect(await preview("kind=customers", text)).toEqual({
      status: 200,
      delimiter: ";",
      encoding: "utf-8",
      lineEnd: "CRLF",
      preset: null,
      columns: [
        { name: "id", field: "id", type: "string", examples: ["a", "b"] },
        { name: "email", field: "email", type: "string", examples: [" Ann@Example.com ", "nowhere"] },
        { name: "attributes.zip", field: "attributes.zip", type: "string", examples: ["01067", "22767"] },
        { name: "attributes.size", field: "attributes.size", type: "number", examples: ["7", "1.5"] },
        { name: "tags", field: "tags", type: "string", examples: ["vip"] },
      ],
      rows: [
        {
          row: 1,
          line: 2,
          record: {
            id: "a",
            email: "ann@example.com",
            tags: ["vip"],
            attributes: { zip: "01067", size: 7 },
            visitCount: 0,
            consent: {},
          },
        },
      ],
      errors: [{ row: 2, line: 3, path: "email", message: "must be an email address" }],
    });
    expect((await running?.call("GET", "/api/customers"))?.json.items).toEqual([]);
    expect((await running?.call("GET", "/api/batches"))?.json.items).toEqual([]);
  });

  it("proposes the preset that the header fits, and reads orders by it", async () => {
    const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
    const rows = [
      "536365,85123A,LAMP,6,2010-12-01 08:26:00,2.55,17850.0,UK",
      "536365,71053,LANTERN,2,2010-12-01 08:26:00,3.00,17850.0,UK",
    ];
    const found = await preview("kind=orders", [header, ...rows, ""].join("\n"));
    expect(found).toMatchObject({
      preset: "online-retail",
      rows: [
        {
          row: 1,
          line: 2,
          record: { id: "536365", customerId: "17850", amount: 21.3, items: [{ sku: "85123A" }, { sku: "71053" }] },
        },
      ],
      errors: [],
    });
    expect(found.columns.map(({ field }: { readonly field: string | null }) => field)).toEqual([
      "id, type",
      "item.sku",
      "item.name",
      "item.quantity",
      "placedAt",
      "item.price",
      "customer.id",
      null,
    ]);
    expect(await preview("kind=customers", [header, ...rows, ""].join("\n"))).toMatchObject({ preset: null, rows: [] });
  });

  it("guesses fields by the names of columns, and says why rows can't be read yet", async () => {
    const found = await preview("kind=customers", "E-Mail Address,First Name,Shoe size\na@example.com,Ann,38\n");
    expect(found.columns.map(({ field, type }: { readonly field: string; readonly type: string }) => [field, type])).toEqual([
      ["email", "string"],
      ["name", "string"],
      ["attributes.Shoe size", "number"],
    ]);
    expect(found.rows).toEqual([]);
    expect(found.errors).toContainEqual({ row: 0, path: "E-Mail Address", message: "is not a known customer column" });
  });

  it("reads by a map, in the encoding that is said, and says what the map lacks", async () => {
    const map = encodeURIComponent(JSON.stringify({ email: "Mail", name: { columns: ["Vorname", "Name"] } }));
    const bytes = Buffer.from("Mail\tVorname\tName\nk@example.com\tJ\xfcrgen\tGro\xdf\n", "latin1");
    expect(await preview(`kind=customers&map=${map}`, bytes, "text/tab-separated-values; charset=iso-8859-1")).toMatchObject({
      delimiter: "\t",
      encoding: "iso-8859-1",
      rows: [{ record: { email: "k@example.com", name: "Jürgen Groß" } }],
    });
    expect(await preview(`kind=customers&map=${map}`, "Mail\na@example.com\n")).toMatchObject({
      rows: [],
      errors: [
        { row: 0, path: "Vorname", message: "is not in the header" },
        { row: 0, path: "Name", message: "is not in the header" },
      ],
    });
  });

  it("looks at the head of a long file alone, and leaves out the row where that ends", async () => {
    const rows = Array.from({ length: 60_000 }, (_, index) => `c${index},"Name ${index}"`);
    const found = await preview("kind=customers", ["id,name", ...rows].join("\n"));
    expect([found.rows.length, found.errors]).toEqual([20, []]);
  });

  it("refuses what is no table, and rows that have no columns", async () => {
    expect((await preview("kind=customers", "PK\u0003\u0004xl/")).detail).toContain("save it as CSV");
    expect((await preview("kind=customers", "id,name\n")).status).toBe(400);
    expect((await preview("kind=customers", '{"id":1}', "application/x-ndjson")).status).toBe(415);
    expect((await preview("kind=people", "id\n1\n")).status).toBe(400);
  });
});

import { gzipSync } from "node:zlib";
import type { RowInput } from "@crm-engine/core";
import { describe, expect, it } from "vitest";
import { compileMap } from "../maps/compile-map.js";
import { findPreset } from "../presets/presets.js";
import { pieces } from "./pieces.fixture.js";
import { type ReadRowsOptions, readRows } from "./read-rows.js";

/** Lines are the business of `lines.test.ts`. */
async function read(text: string | Uint8Array, options: Partial<ReadRowsOptions> = {}, size = 64 * 1024): Promise<RowInput[]> {
  const rows: RowInput[] = [];
  for await (const row of readRows(pieces(text, size), { format: "ndjson", kind: "customers", ...options }))
    rows.push(withoutLine(row));
  return rows;
}

function withoutLine({ line: _, ...row }: RowInput): RowInput {
  return row;
}

const csv = (text: string | Uint8Array, options: Partial<ReadRowsOptions> = {}, size?: number) =>
  read(text, { format: "csv", ...options }, size);
const issue = (row: number, message: string) => ({ row, issue: { path: "", message } });

describe("CSV cells of declared attributes", () => {
  it("are read as what was declared, and others as what they look like", async () => {
    const text =
      "id,attributes.code,attributes.seats,attributes.vip,attributes.likes,attributes.since,attributes.other\na,7,7,true,x;y,2026-01-31,7\n";
    const attributes = { code: "string", seats: "number", vip: "boolean", likes: "array", since: "date" } as const;
    expect(await csv(text, { attributes })).toEqual([
      {
        row: 1,
        data: { id: "a", attributes: { code: "7", seats: 7, vip: true, likes: ["x", "y"], since: "2026-01-31", other: 7 } },
      },
    ]);
  });
});

describe("NDJSON", () => {
  it("reads a value a line, whatever the chunks, line ends, blank lines and byte order mark", async () => {
    const text = '\uFEFF{"id":"a"}\r\n\n  \n{"id":"é"}\n[1]\n{"id":"c"}';
    const expected = [
      { row: 1, data: { id: "a" } },
      { row: 2, data: { id: "é" } },
      { row: 3, data: [1] },
      { row: 4, data: { id: "c" } },
    ];
    for (const size of [1, 2, 3, 7, 1000]) expect(await read(text, {}, size)).toEqual(expected);
  });

  it("rejects the row that is no JSON, no UTF-8 or too deep, and no other", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const text = Buffer.concat([
      Buffer.from('{"id":"a"}\n{"id":\n{"id":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from(`"}\n${deep}\n{"id":"b"}\n`),
    ]);
    expect(await read(text)).toEqual([
      { row: 1, data: { id: "a" } },
      issue(2, "the row is not valid JSON"),
      issue(3, "the row is not valid UTF-8"),
      issue(4, "the row is nested too deeply"),
      { row: 5, data: { id: "b" } },
    ]);
  });

  it("rejects a row with a zero alone, and refuses what is zeros all through", async () => {
    expect(await read('{"id":"a\0"}\n{"id":"b"}\n')).toEqual([
      issue(1, "the row is not valid JSON"),
      { row: 2, data: { id: "b" } },
    ]);
    await expect(read("\x01\0\0\x02".repeat(100))).rejects.toThrow("binary file; here CSV, TSV or NDJSON");
    await expect(read(Buffer.from('{"id":"a"}\n', "utf16le"))).rejects.toThrow("UTF-16 without the mark");
  });

  it("rejects a row that is too long, wherever the chunks and the row lie", async () => {
    const long = JSON.stringify({ id: "x".repeat(50) });
    const text = `${long}\n{"id":"a"}\n{"id":"b"}\n${long}\n${long}\n{"id":"c"}\n${long}`;
    for (const size of [1, 5, 16, 60, 1000]) {
      const rows = await read(text, { maxRowBytes: 20 }, size);
      expect(rows.map((row) => ("data" in row ? row.data : row.issue.message))).toEqual([
        "the row is longer than 20 bytes",
        { id: "a" },
        { id: "b" },
        "the row is longer than 20 bytes",
        "the row is longer than 20 bytes",
        { id: "c" },
        "the row is longer than 20 bytes",
      ]);
      expect(rows.map((row) => row.row)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    }
  });

  it("keeps a row of exactly the limit", async () => {
    const line = JSON.stringify({ id: "x".repeat(11) });
    expect(line.length).toBe(20);
    for (const size of [3, 1000]) expect(await read(`${line}\n${line}`, { maxRowBytes: 20 }, size)).toHaveLength(2);
    expect(await read(`${line}\n${line}`, { maxRowBytes: 19 })).toEqual([
      issue(1, "the row is longer than 19 bytes"),
      issue(2, "the row is longer than 19 bytes"),
    ]);
  });
});

describe("gzip and length", () => {
  it("unpacks", async () => {
    expect(await read(gzipSync('{"id":"a"}\n{"id":"b"}'), { gzip: true }, 7)).toEqual([
      { row: 1, data: { id: "a" } },
      { row: 2, data: { id: "b" } },
    ]);
  });

  it("says what is no gzip, or half of one", async () => {
    const whole = gzipSync(JSON.stringify({ id: "a" }));
    const fault = { code: "invalid", details: { input: "malformed" } };
    await expect(read("{}", { gzip: true })).rejects.toMatchObject(fault);
    await expect(read(whole.subarray(0, whole.length - 10), { gzip: true })).rejects.toMatchObject(fault);
  });

  it("ends past the limit, before and after unpacking", async () => {
    const rows = '{"id":"a"}\n'.repeat(1000);
    const fault = { code: "invalid", details: { input: "too_large" } };
    await expect(read(rows, { maxStreamBytes: 5000 }, 100)).rejects.toMatchObject(fault);
    const packed = gzipSync(rows);
    expect(packed.length).toBeLessThan(5000);
    await expect(read(packed, { gzip: true, maxStreamBytes: 5000 })).rejects.toMatchObject(fault);
    await expect(read(packed, { gzip: true, maxStreamBytes: packed.length - 1 })).rejects.toMatchObject(fault);
    expect(await read(packed, { gzip: true, maxStreamBytes: rows.length })).toHaveLength(1000);
  });
});

describe("CSV", () => {
  it("reads customers: cells that are empty are not carried, values are read by their column", async () => {
    const text = [
      "\uFEFFid,email,tags,visitCount,lastVisitAt,consent.email,attributes.plan,attributes.size,attributes.zip,attributes.vip,attributes.a.b",
      "c1,a@example.com,vip; new;,3,2024-01-02,withdrawn,gold,1.5,007,true,x",
      ",b@example.com,,,,,,,1.10,false,",
      "",
    ].join("\r\n");
    for (const size of [1, 2, 1000]) {
      expect(await csv(text, {}, size)).toEqual([
        {
          row: 1,
          data: {
            id: "c1",
            email: "a@example.com",
            tags: ["vip", "new"],
            visitCount: 3,
            lastVisitAt: "2024-01-02",
            consent: { email: { state: "withdrawn" } },
            attributes: { plan: "gold", size: 1.5, zip: "007", vip: true, "a.b": "x" },
          },
        },
        { row: 2, data: { email: "b@example.com", attributes: { zip: "1.10", vip: false } } },
      ]);
    }
  });

  it("reads what is exported beside fields: consent with its time and cause, other attributes as JSON, and passes totals over", async () => {
    const text = [
      "id,consent.sms,consent.sms.at,consent.sms.by,attributes,attributes.zip,attributes.tags,orderCount,updatedAt",
      `'=c1,withdrawn,2026-01-01,complained,"{""odd "":1,""zip"":""x""}",'7,"[""a;b""]",3,2026-01-01`,
      "c2,,,,[1],7,,,",
      `c3,,,,"{""__proto__"":1}",',,,`,
      "'s-Hertogenbosch,,,,,,,,",
    ].join("\n");
    expect(await csv(text)).toEqual([
      {
        row: 1,
        data: {
          id: "=c1",
          consent: { sms: { state: "withdrawn", at: "2026-01-01", by: "complained" } },
          attributes: { "odd ": 1, zip: "7", tags: ["a;b"] },
        },
      },
      { row: 2, data: { id: "c2", attributes: "[1]" } },
      { row: 3, data: { id: "c3", attributes: { ["__proto__"]: 1, zip: "" } } },
      { row: 4, data: { id: "'s-Hertogenbosch" } },
    ]);
  });

  it("reads orders, with a customer inline and one item", async () => {
    const text =
      "id,customer.email,customer.attributes.plan,amount,placedAt,sku,quantity,price\no1,a@example.com,gold,10.50,2024-01-02,S1,2,5.25\no2,,,3,2024-01-03,,,";
    expect(await csv(text, { kind: "orders" })).toEqual([
      {
        row: 1,
        data: {
          id: "o1",
          customer: { email: "a@example.com", attributes: { plan: "gold" } },
          amount: "10.50",
          placedAt: "2024-01-02",
          items: [{ sku: "S1", quantity: 2, price: "5.25" }],
        },
      },
      { row: 2, data: { id: "o2", amount: "3", placedAt: "2024-01-03" } },
    ]);
  });

  it("takes commas, quotes and line ends inside quotes for text", async () => {
    const text = 'id,name\n1,"a, ""b""\r\nc"\n\n2,plain\n3,""\n';
    for (const size of [1, 3, 1000]) {
      expect(await csv(text, {}, size)).toEqual([
        { row: 1, data: { id: "1", name: 'a, "b"\r\nc' } },
        { row: 2, data: { id: "2", name: "plain" } },
        { row: 3, data: { id: "3" } },
      ]);
    }
  });

  it("rejects broken rows alone: stray quotes, cells too many or too few, bad UTF-8, an open quote at the end", async () => {
    const text = Buffer.concat([
      Buffer.from('id,name\n1,a"b\n2,x,y\n3\n4,'),
      Buffer.from([0xff]),
      Buffer.from('\n5,ok\n6,"open\n7,swallowed\n'),
    ]);
    for (const size of [1, 1000]) {
      expect(await csv(text, {}, size)).toEqual([
        issue(1, "a quote stands where none may"),
        issue(2, "the row has 3 cells, the header 2"),
        issue(3, "the row has 1 cells, the header 2"),
        issue(4, "the row is not valid UTF-8"),
        { row: 5, data: { id: "5", name: "ok" } },
        issue(6, "a quote is not closed"),
        { row: 7, data: { id: "7", name: "swallowed" } },
      ]);
    }
  });

  it("rejects a line that is too long, and keeps its neighbours, wherever the chunks and the line lie", async () => {
    const text = `id,name\n1,a\n2,"${"x".repeat(500)}"\n3,${"y".repeat(500)}\n4,d\n`;
    for (const size of [1, 10, 5000]) {
      expect(await csv(text, { maxRowBytes: 100 }, size)).toEqual([
        { row: 1, data: { id: "1", name: "a" } },
        issue(2, "the row is longer than 100 bytes"),
        issue(3, "the row is longer than 100 bytes"),
        { row: 4, data: { id: "4", name: "d" } },
      ]);
    }
  });

  it.each([
    ["id,nmae\n", "nmae", "is not a known customer column"],
    ["id,name,id\n", "id", "is in the header twice"],
    ["id,attributes.__proto__\n", "attributes.__proto__", "is not a known customer column"],
    ["id,\n", "", "is not a known customer column"],
  ])("refuses the header %j", async (text, path, message) => {
    await expect(csv(`${text}1,2,3\n`)).rejects.toMatchObject({
      code: "invalid",
      details: { input: "malformed", issues: [{ path, message }] },
    });
  });

  it("refuses a header of too many columns, in time that grows with its length", async () => {
    const header = Array.from({ length: 70_000 }, (_, index) => `attributes.a${index}`).join(",");
    const began = process.cpuUsage();
    await expect(csv(`${header}\n`, { maxRowBytes: 2 ** 21 }, 1000)).rejects.toThrow("70000 columns; it may have 4000");
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1_000).toBeLessThan(1_500);
  });

  it("refuses a file without a header", async () => {
    await expect(csv("\n\n")).rejects.toMatchObject({ code: "invalid", details: { input: "malformed" } });
  });

  it("gives order lines for a map, which says what columns there must be", async () => {
    const map = compileMap("orders", findPreset("online-retail")?.map ?? {}, { currency: "GBP" });
    const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
    const options = { kind: "orders" as const, map };
    expect(await csv(`${header}\n536365,85123A,LAMP,6,2010-12-01 08:26:00,2.55,17850.0,UK\n`, options)).toEqual([
      {
        row: 1,
        data: {
          id: "536365",
          "item.sku": "85123A",
          "item.name": "LAMP",
          "item.quantity": "6",
          placedAt: "2010-12-01T08:26:00.000",
          "item.price": "2.55",
          "customer.id": "17850",
          type: "purchase",
        },
      },
    ]);
    await expect(csv("InvoiceNo,StockCode\n", options)).rejects.toMatchObject({ code: "invalid" });
  });
});

it("holds no more than a chunk of a 100 MB row, nor reads ahead of who takes the rows", async () => {
  const chunk = Buffer.alloc(64 * 1024, "x");
  let chunks = 0;
  async function* upload(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('{"id":"a"}\n{"id":"');
    for (; chunks < 1600; chunks++) {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
      yield chunk;
    }
    yield Buffer.from('"}\n{"id":"b"}\n');
  }
  const before = process.memoryUsage().arrayBuffers;
  let peak = 0;
  const rows: RowInput[] = [];
  for await (const row of readRows(upload(), { format: "ndjson", kind: "customers" })) {
    if (rows.length === 0) expect(chunks).toBeLessThan(3);
    rows.push(withoutLine(row));
  }
  expect(rows).toEqual([
    { row: 1, data: { id: "a" } },
    issue(2, "the row is longer than 1048576 bytes"),
    { row: 3, data: { id: "b" } },
  ]);
  expect(peak).toBeLessThan(48 * 2 ** 20);
});

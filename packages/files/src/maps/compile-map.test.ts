import type { BatchKind } from "@crm-engine/core";
import { describe, expect, it } from "vitest";
import { compileMap } from "./compile-map.js";
import { readMap } from "./read-map.js";

/** One record under a map, as its row or line, or why not. */
function mapped(kind: BatchKind, map: unknown, record: Readonly<Record<string, string>>): unknown {
  const compiled = compileMap(kind, readMap(kind, map), { currency: "USD" });
  const read = compiled.open(Object.keys(record))(Object.values(record));
  return "data" in read ? read.data : read;
}
const customer = (map: object, record: Readonly<Record<string, string>>) =>
  mapped("customers", { id: "id", ...map }, { id: "1", ...record });

describe("a map of customers", () => {
  it("joins columns, splits lists, and takes constants", () => {
    const map = {
      name: { columns: ["First", "Middle", "Last"] },
      phone: { columns: ["Mobile", "Phone"], take: "first" },
      tags: { column: "Tags", separator: "," },
      "attributes.source": { value: "mailchimp" },
      "attributes.lists": { columns: ["List 1", "List 2"], type: "array", separator: "|" },
    };
    const record = { First: "Ada ", Middle: "", Last: "Lovelace", Mobile: "", Phone: "'+15551234567" };
    expect(customer(map, { ...record, Tags: '"VIP","Blog, weekly"', "List 1": "a|b", "List 2": " c" })).toEqual({
      id: "1",
      name: "Ada Lovelace",
      phone: "+15551234567",
      tags: ["VIP", "Blog, weekly"],
      attributes: { source: "mailchimp", lists: ["a", "b", "c"] },
    });
  });

  it.each([
    ['"VIP","Blog, weekly"', ["VIP", "Blog, weekly"]],
    ['"VIP" , "Blog, weekly" ,', ["VIP", "Blog, weekly"]],
    ['"He said ""hi""",b', ['He said "hi"', "b"]],
    ['5" pipe, "b"', ['5" pipe', "b"]],
    ['"never closed, b', ['"never closed', "b"]],
    ['"a"b,c', ['"a"b', "c"]],
    [" , ", []],
  ])("splits %s into %j", (cell, tags) => {
    expect(customer({ tags: { column: "t", separator: "," } }, { t: cell })).toEqual({ id: "1", tags });
  });

  it("reads attributes as the type that is stated", () => {
    const map = {
      "attributes.zip": { column: "zip", type: "string" },
      "attributes.points": { column: "points", type: "number", decimal: "," },
      "attributes.spent": { column: "spent", type: "money" },
      "attributes.rate": { column: "rate", type: "percent" },
      "attributes.vip": { column: "vip", type: "boolean", true: ["Ja"], false: ["Nein"] },
      "attributes.born": { column: "born", type: "date", format: "D.M.YYYY" },
    };
    const record = { zip: "00123", points: "1.234,5", spent: "$12.50", rate: "12.5 %", vip: "ja", born: "3.4.1999" };
    expect(customer(map, record)).toMatchObject({
      attributes: { zip: "00123", points: 1234.5, spent: 12.5, rate: 0.125, vip: true, born: "1999-04-03" },
    });
    expect(customer(map, { ...record, vip: "oui" })).toEqual({
      issue: { path: "vip", message: '"oui" is none of the cells that the map knows: "Ja", "Nein"' },
    });
    expect(customer(map, { ...record, points: "12345678901234567890" })).toMatchObject({ issue: { path: "points" } });
  });

  it("an empty cell says nothing, unless the map says that it clears", () => {
    const map = { name: "n", tags: { column: "t", empty: "clear" }, "attributes.a": { column: "a", empty: "clear" } };
    expect(customer(map, { n: "", t: "", a: " " })).toEqual({ id: "1", tags: null, attributes: { a: null } });
  });

  it("knows which cells mean which consent, and since when", () => {
    const map = {
      "consent.email": {
        column: "status",
        subscribed: ["yes", "Opted in"],
        unsubscribed: ["no", ""],
        bounced: ["cleaned"],
        complained: ["spam*"],
        unknown: ["pending"],
        at: { column: "since", format: "D/M/YYYY HH:mm", zone: "Europe/London" },
      },
    };
    const consent = (status: string, since = "") => customer(map, { status, since });
    expect(consent("YES", "01/07/2026 09:00")).toMatchObject({
      consent: { email: { state: "subscribed", at: "2026-07-01T08:00:00.000Z" } },
    });
    expect(consent("")).toMatchObject({ consent: { email: { state: "withdrawn", by: "unsubscribed" } } });
    expect(consent("cleaned")).toMatchObject({ consent: { email: { state: "withdrawn", by: "bounced" } } });
    expect(consent("Spam complaint")).toMatchObject({ consent: { email: { state: "withdrawn", by: "complained" } } });
    expect(consent("pending")).toEqual({ id: "1" });
    expect(consent("maybe")).toMatchObject({ issue: { path: "status" } });
    expect(consent("yes", "soon")).toMatchObject({ issue: { message: expect.stringContaining("D/M/YYYY HH:mm") } });
    expect(mapped("customers", { email: "e", "consent.email": { value: "bounced" } }, { e: "a@b.c" })).toEqual({
      email: "a@b.c",
      consent: { email: { state: "withdrawn", by: "bounced" } },
    });
  });
});

describe("a map of orders", () => {
  const map = { id: "No", "customer.email": "Mail", placedAt: "Date", amount: "Sum" };
  const record = { No: "7", Mail: "ada@example.com", Date: "2026-04-03", Sum: "46.00" };

  it("makes order lines, flat by target", () => {
    expect(mapped("orders", map, record)).toEqual({
      id: "7",
      "customer.email": "ada@example.com",
      placedAt: "2026-04-03",
      amount: "46.00",
    });
    expect(mapped("orders", { ...map, amount: { column: "Sum", minus: "Back" } }, { ...record, Back: "6.5" })).toMatchObject({
      amount: "39.50",
    });
  });

  it("says what is wrong under the column's name, and of which order", () => {
    expect(mapped("orders", map, { ...record, Date: "03/04/2026" })).toEqual({
      issue: { path: "Date", message: expect.stringContaining("may be 3 April or 4 March") },
      orderId: "7",
    });
    expect(mapped("orders", map, { ...record, Date: "x", No: "" })).not.toHaveProperty("orderId");
  });

  it.each([
    ["1.234,56", "1234.56"],
    ["$12.50", "12.50"],
    ["12,00", "12.00"],
  ])("reads %s as %s", (cell, amount) => {
    expect(mapped("orders", map, { ...record, Sum: cell })).toMatchObject({ amount });
  });

  it("gives one of each where the column of the quantity is not there", () => {
    const items = { "item.sku": "sku", "item.price": "price", "item.quantity": { column: "qty", optional: true } };
    expect(mapped("orders", { ...map, ...items }, { ...record, sku: "a", price: "1" })).toMatchObject({ "item.quantity": 1 });
    expect(mapped("orders", { ...map, ...items }, { ...record, sku: "", price: "" })).not.toHaveProperty("item.quantity");
  });

  it("reads JSON objects by the names of their own members, numbers as they are", () => {
    const rows = compileMap("orders", readMap("orders", { ...map, "customer.id": "constructor" }), { currency: "USD" });
    expect(rows.readObject({ ...record, Sum: 1.125, No: 7 })).toEqual({
      data: { id: "7", "customer.email": "ada@example.com", placedAt: "2026-04-03", amount: 1.125 },
    });
    expect(rows.readObject([])).toEqual({ data: {} });
  });
});

describe("a header", () => {
  const open = (map: object, header: readonly string[]) =>
    compileMap("customers", readMap("customers", map), { currency: "USD" }).open(header);

  it("that lacks columns is refused once, with all of them, and what it has", () => {
    expect(() => open({ id: "ID", name: { columns: ["First", "Last"] }, tags: "Tags" }, ["ID", "Last", ""])).toThrow(
      "The header lacks columns of the map: First, Tags. It has ID, Last, a column without a name.",
    );
    expect(() => open({ id: "ID", name: { column: "Name", optional: true } }, ["ID"])).not.toThrow();
  });

  it("may have columns twice that the map does not name", () => {
    expect(open({ id: "ID" }, ["ID", "Phone", "Phone"])(["1", "2", "3"])).toEqual({ data: { id: "1" } });
    expect(() => open({ id: "Phone" }, ["ID", "Phone", "Phone"])).toThrow("The header has columns of the map twice: Phone.");
  });

  it("says how many cells a record has", () => {
    expect(open({ id: "ID" }, ["ID", "Name"])(["1"])).toEqual({
      issue: { path: "", message: "the row has 1 cells, the header 2" },
    });
  });
});

describe("a map that is wrong", () => {
  it.each<[BatchKind, unknown, string, RegExp]>([
    ["customers", [], "map", /record|object/i],
    ["customers", { name: "n" }, "map.id", /an id, email or phone is needed/],
    ["customers", { id: "i", nmae: "n" }, "map.nmae", /is no target of customers: there are id, email/],
    ["customers", { id: "i", "attributes.__proto__": "n" }, "map.attributes.__proto__", /no target/],
    ["customers", { id: { column: "a", value: "b" } }, "map.id.column", /give one of column, columns and value/],
    [
      "customers",
      { id: "i", tags: { column: "t", decimal: "," } },
      "map.tags.decimal",
      /does not go with this target, but .*separator/,
    ],
    ["customers", { id: "i", lastVisitAt: { column: "t", format: "dd/mm/yy" } }, "map.lastVisitAt.format", /is no token/],
    ["customers", { id: "i", lastVisitAt: { column: "t", zone: "Mars" } }, "map.lastVisitAt.zone", /IANA/],
    ["customers", { id: "i", "attributes.a": { column: "t", decimal: "," } }, "map.attributes.a.decimal", /needs a type: string/],
    ["customers", { id: "i", colour: { columm: "x" } }, "map.colour.columm", /is not a known field/],
    ["orders", { id: "i" }, "map.placedAt", /is needed/],
    ["orders", { id: "i", placedAt: "p", "customer.id": "c", "item.price": "x" }, "map.item.sku", /is needed of items/],
    ["orders", { id: "i", placedAt: "p", amount: "a" }, "map.customer.id", /customer.email or customer.phone is needed/],
  ])("%s %j: %s", (kind, map, path, message) => {
    const issues = (() => {
      try {
        readMap(kind, map);
        return [];
      } catch (error) {
        return (error as { details: { issues: { path: string; message: string }[] } }).details.issues;
      }
    })();
    expect(issues).toContainEqual({ path, message: expect.stringMatching(message) });
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyTextCell, listCell, readList, readText, readValue, textCell, valueCell } from "./csv-cells.js";

/** Text of what spreadsheets and readers take for more than text. */
const texts = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.string({ unit: fc.constantFrom(..."'=+-@\t\r\n 0157.e;,\"[]ab"), maxLength: 7 }),
  fc.constantFrom("true", "false", "null", "", "'", "''", "'true", "[]", '["a"]', "'[]", "-1e-7", "007", "+49 151", "Infinity"),
);
const numbers = fc
  .oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constantFrom(0, 1e21, 1e-7, -1e-7, 0.1))
  .map((number) => number + 0);
const lists = fc.array(texts, { maxLength: 4 });

describe("a cell reads back as what was written", () => {
  it("of text", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(readText(textCell(text))).toBe(text);
      }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(readText(anyTextCell(text))).toBe(text);
        expect(anyTextCell(text)).not.toBe("");
      }),
    );
  });

  it("of a value of any type, by itself", () => {
    fc.assert(
      fc.property(fc.oneof(texts, numbers, fc.boolean(), lists), (value) => {
        const cell = valueCell(value);
        expect(readValue(cell)).toStrictEqual(Object.is(value, -0) ? 0 : value);
        expect(cell).not.toBe("");
      }),
    );
  });

  it("of a list", () => {
    fc.assert(
      fc.property(lists, (list) => {
        expect(readList(listCell(list))).toStrictEqual(list);
      }),
    );
  });
});

it("no cell of text begins like a formula, and what is no formula stays as it is", () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(textCell(text)).not.toMatch(/^([=@\t\r]|[+-](?![\d ().-]*$))/);
    }),
  );
  expect(["=1+1", "@SUM", "+49 151", "-5", "'s-Hertogenbosch", "17850"].map(textCell)).toEqual([
    "'=1+1",
    "'@SUM",
    "+49 151",
    "-5",
    "'s-Hertogenbosch",
    "17850",
  ]);
});

it("lists are written as people write them, where they read back so", () => {
  expect([["vip", "new"], ["a;b"], []].map(listCell)).toEqual(["vip;new", '["a;b"]', ""]);
});

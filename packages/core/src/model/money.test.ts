import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDecimals,
  currencyDecimals,
  type Decimal,
  fromMinorUnits,
  multiplyDecimals,
  parseDecimal,
  roundToMinorUnits,
  toMinorUnits,
} from "./money.js";

const decimals = fc.constantFrom(0, 2, 3);
const decimal: fc.Arbitrary<Decimal> = fc.record({
  coefficient: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
  scale: fc.nat({ max: 12 }),
});

/** A decimal written out in full, by text alone. */
function written({ coefficient, scale }: Decimal): string {
  const digits = String(coefficient < 0n ? -coefficient : coefficient).padStart(scale + 1, "0");
  const cut = digits.length - scale;
  return `${coefficient < 0n ? "-" : ""}${digits.slice(0, cut)}${scale > 0 ? `.${digits.slice(cut)}` : ""}`;
}

function parsed(text: string | number): Decimal {
  const value = parseDecimal(text);
  if (!value) throw new Error(`${text} does not parse`);
  return value;
}

describe("parseDecimal", () => {
  it.each<[string | number, string]>([
    ["12.50", "12.5"],
    [" +7 ", "7"],
    ["-0.01", "-0.01"],
    ["000.10", "0.1"],
    [0.1, "0.1"],
    [1e-7, "0.0000001"],
    [-1.25e-9, "-0.00000000125"],
    [123456789.12, "123456789.12"],
    [-0, "0"],
  ])("reads %j as %s", (input, text) => {
    expect(written(parsed(input))).toBe(text);
  });

  it.each<[string | number]>([
    ["1,000"],
    ["1e3"],
    ["1."],
    [".5"],
    ["0x10"],
    [""],
    ["--1"],
    ["1 2"],
    ["٣"],
    ["NaN"],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [1e21],
    [1e300],
    [1e-300],
    [5e-324],
    ["1".repeat(19)],
  ])("refuses %j", (input) => {
    expect(parseDecimal(input)).toBeUndefined();
  });

  it("reads back what is written, and every number by its shortest form", () => {
    fc.assert(
      fc.property(decimal, (value) => {
        expect(addDecimals(parsed(written(value)), { coefficient: 0n, scale: 12 })).toEqual(
          addDecimals(value, { coefficient: 0n, scale: 12 }),
        );
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), (value) => {
        const read = parseDecimal(value);
        if (read) expect(Number(written(read))).toBe(value === 0 ? 0 : value);
        else expect(value === 0 ? 1 : Math.abs(value)).toBeLessThan(1);
      }),
    );
  });
});

describe("arithmetic on decimals", () => {
  it("is exact where floats are not", () => {
    expect(written(addDecimals(parsed("0.1"), parsed("0.2")))).toBe("0.3");
    expect(written(multiplyDecimals(parsed("1.005"), parsed("3")))).toBe("3.015");
  });

  it("agrees with integers at a common scale", () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const at = (value: Decimal, scale: number) => value.coefficient * 10n ** BigInt(scale - value.scale);
        const sum = addDecimals(a, b);
        expect(at(sum, 30)).toBe(at(a, 30) + at(b, 30));
        expect(at(multiplyDecimals(a, b), 30)).toBe(at(a, 12) * at(b, 12) * 10n ** 6n);
      }),
    );
  });
});

describe("roundToMinorUnits", () => {
  it.each([
    ["0.005", 0],
    ["0.015", 2],
    ["0.025", 2],
    ["0.0250001", 3],
    ["-0.005", 0],
    ["-0.015", -2],
    ["-0.0151", -2],
    ["2.4949999", 249],
    ["7", 700],
  ])("rounds %s to %i", (text, cents) => {
    expect((roundToMinorUnits(parsed(text), 2) ?? Number.NaN) + 0).toBe(cents);
  });

  it("is the nearest integer, and the even one of two", () => {
    const small = fc.record({ coefficient: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), scale: fc.nat({ max: 12 }) });
    const tie = fc.record({ coefficient: fc.bigInt({ min: -(10n ** 6n), max: 10n ** 6n }), scale: fc.constantFrom(1, 3, 4) });
    const tied = tie.map(({ coefficient, scale }) => ({ coefficient: coefficient * 10n + 5n, scale }));
    fc.assert(
      fc.property(fc.oneof(small, tied), decimals, (value, places) => {
        const unit = 10n ** 12n;
        const scaled = value.coefficient * 10n ** BigInt(12 + places - value.scale);
        const rounded = BigInt(roundToMinorUnits(value, places) ?? Number.NaN);
        const distance = rounded * unit > scaled ? rounded * unit - scaled : scaled - rounded * unit;
        expect(distance * 2n <= unit).toBe(true);
        if (distance * 2n === unit) expect(rounded % 2n).toBe(0n);
      }),
    );
  });
});

describe("minor units", () => {
  it("are refused where the currency has fewer decimals, or the number is not safe", () => {
    expect(toMinorUnits(parsed("1.005"), 2)).toBeUndefined();
    expect(toMinorUnits(parsed("1.0"), 0)).toBe(1);
    expect(toMinorUnits(parsed("90071992547409.91"), 2)).toBe(Number.MAX_SAFE_INTEGER);
    expect(toMinorUnits(parsed("90071992547409.92"), 2)).toBeUndefined();
    expect(roundToMinorUnits(parsed("90071992547409.916"), 2)).toBeUndefined();
  });

  it("come back from their JSON number exactly", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), decimals, (amount, places) => {
        const shown = fromMinorUnits(amount, places);
        if (Math.abs(amount) <= 10 ** 15) expect(toMinorUnits(parsed(shown), places)).toBe(amount);
        else expect(Math.abs(shown * 10 ** places - amount)).toBeLessThan(2);
      }),
    );
    expect([fromMinorUnits(5, 3), fromMinorUnits(-1205, 2), fromMinorUnits(7, 0), fromMinorUnits(0, 2)]).toEqual([
      0.005, -12.05, 7, 0,
    ]);
  });

  it.each([
    ["USD", 2],
    ["JPY", 0],
    ["KWD", 3],
  ])("of %s have %i decimals", (currency, places) => {
    expect(currencyDecimals(currency)).toBe(places);
  });

  it.each(["usd", "EURO", "", "12A"])("are not those of %j", (currency) => {
    expect(() => currencyDecimals(currency)).toThrow(RangeError);
  });
});

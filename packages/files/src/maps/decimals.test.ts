import { describe, expect, it } from "vitest";
import { type DecimalSign, decimalReader, moneyReader, percentReader, subtracted } from "./decimals.js";
import { Refused } from "./refused.js";

const text = (read: string | Refused) => (read instanceof Refused ? `refused: ${read.message}` : read);
const decimal = (cell: string, sign?: DecimalSign) => text(decimalReader(sign)(cell));
const money = (cell: string, currency: string, sign?: DecimalSign) => text(moneyReader(sign, currency)(cell));

describe("a decimal", () => {
  it.each<[string, DecimalSign | undefined, string]>([
    ["1.234,56", undefined, "1234.56"],
    ["1.234,56", ",", "1234.56"],
    ["1,234.56", undefined, "1234.56"],
    ["12,00", undefined, "12.00"],
    ["1 234,5", undefined, "1234.5"],
    ["1\u202f234,5", ",", "1234.5"],
    ["1'234.50", undefined, "1234.50"],
    ["12,34,567.80", ".", "1234567.80"],
    ["1.234.567", undefined, "1234567"],
    ["0.125", undefined, "0.125"],
    ["1.125", ".", "1.125"],
    ["1.125", ",", "1125"],
    ["1,125", ".", "1125"],
    ["-7", undefined, "-7"],
    ["−7,5", undefined, "-7.5"],
    ["7.50-", undefined, "-7.50"],
    ["(7.50)", undefined, "-7.50"],
    ["+7", undefined, "7"],
    [".5", ".", "0.5"],
  ])("%s with the sign %s is %s", (cell, sign, expected) => {
    expect(decimal(cell, sign)).toBe(expected);
  });

  it("is refused with a hint where it can be two", () => {
    expect(decimal("1,234")).toBe('refused: "1,234" may be 1234 or 1.234: say which in the map, as decimal "." or ","');
    expect(decimal("1.234")).toContain("may be 1.234 or 1234");
  });

  it.each<[string, DecimalSign | undefined]>([
    ["six", undefined],
    ["1e9", "."],
    ["1,23,4", undefined],
    ["1.234,56", "."],
    ["12,3456.7", undefined],
    ["", undefined],
    ["-", undefined],
    ["1.2.3", undefined],
    ["1,234 567", "."],
  ])("is refused where it is none: %s", (cell, sign) => {
    expect(decimal(cell, sign)).toMatch(/^refused: .*is not a decimal number/);
  });
});

describe("money", () => {
  it.each([
    ["$12.50", "USD", "12.50"],
    ["US$12.50", "USD", "12.50"],
    ["-$1,012.50", "USD", "-1012.50"],
    ["12,00 €", "EUR", "12.00"],
    ["12,00\u00a0€", "EUR", "12.00"],
    ["EUR 1.234,56", "EUR", "1234.56"],
    ["£7", "GBP", "7"],
    ["7 gbp", "GBP", "7"],
    ["$1,234.50 USD", "USD", "1234.50"],
    ["12.00", "EUR", "12.00"],
    ["249,00 kr", "SEK", "249.00"],
  ])("%s in %s is %s", (cell, currency, expected) => {
    expect(money(cell, currency)).toBe(expected);
  });

  it("of another currency is refused by name", () => {
    expect(money("£12.50", "USD")).toBe('refused: "£12.50" is not in USD: an engine has one currency');
    expect(money("EUR 12", "USD")).toContain("is not in USD");
    expect(money("cheap", "USD")).toContain("is not a decimal number");
  });
});

it("a percentage is a share", () => {
  const percent = (cell: string) => text(percentReader(undefined)(cell));
  expect([percent("12.5 %"), percent("12,5%"), percent("7"), percent("-150%")]).toEqual(["0.125", "0.125", "0.07", "-1.50"]);
});

it("takes one decimal from another exactly", () => {
  expect([subtracted("46.00", "0.1"), subtracted("1", "1.005"), subtracted("12", "2")]).toEqual(["45.90", "-0.005", "10"]);
});

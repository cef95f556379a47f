import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseWith } from "../edge.js";
import { emailAddress, isPhoneRegion, phoneNumber } from "./address.js";

const email = (written: string) => parseWith(emailAddress, written);
const formOf = (written: string) => {
  const parsed = email(written);
  return parsed.ok ? parsed.value : parsed.issues[0]?.message;
};
const phoneOf = (written: string, region?: string) => {
  const parsed = parseWith(phoneNumber(region), written);
  return parsed.ok ? parsed.value : parsed.issues[0]?.message;
};

describe("an email address", () => {
  it.each([
    ["in capitals, with spaces around it", " Kim@Example.COM ", "kim@example.com"],
    ["with an accent in two characters", "zoe\u0308@example.com", "zo\u00eb@example.com"],
    ["with a domain in another script", "kim@b\u00fccher.example", "kim@xn--bcher-kva.example"],
    ["with that domain in ASCII", "kim@xn--bcher-kva.example", "kim@xn--bcher-kva.example"],
    ["with an ideographic full stop", "kim@b\u00fccher\u3002example", "kim@xn--bcher-kva.example"],
    ["with full-width letters in its domain", "kim@\uff22\u00fccher.example", "kim@xn--bcher-kva.example"],
    ["with a sharp s, which is a letter of its own", "kim@fa\u00df.example", "kim@xn--fa-hia.example"],
    ["with what a mailbox is asked to sort by", "kim+news@example.com", "kim+news@example.com"],
    ["of a domain with an underscore", "kim@my_host.example", "kim@my_host.example"],
  ])("%s has the one form of its mailbox", (_, written, form) => {
    expect(formOf(written)).toBe(form);
  });

  it.each([
    ["a soft hyphen", "k\u00adim@example.com", "U+00AD"],
    ["a zero-width space", "kim\u200b@example.com", "U+200B"],
    ["a zero-width joiner", "kim@exam\u200dple.com", "U+200D"],
    ["a mark of direction", "\u202akim@example.com", "U+202A"],
    ["a byte order mark, which trimming would take away", "\ufeffkim@example.com", "U+FEFF"],
    ["a variation selector", "kim\ufe0f@example.com", "U+FE0F"],
  ])("with %s is refused by its name", (_, written, code) => {
    expect(formOf(written)).toBe(`must not hold ${code}, a character that shows nothing`);
  });

  it.each([
    "kim",
    "@example.com",
    "kim@",
    "kim@ex ample.com",
    "a@b@c",
    "kim@-\u00ad.example",
    "kim@xn--a.example",
    "k im@example.com",
    "kim@a..b",
  ])("%j is none", (written) => {
    expect(email(written).ok).toBe(false);
  });

  it("in its form keeps it", () => {
    const part = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(part, part, (local, domain) => {
        const form = email(`${local}@${domain}.example`);
        if (form.ok) expect(email(form.value)).toEqual(form);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a phone number", () => {
  it.each([
    ["+44 20 7946 0000", "+442079460000"],
    ["0044 (20) 7946-0000", "+442079460000"],
    ["+44 (0)20 7946 0000", "+442079460000"],
    ["44.20.7946.0000", "+442079460000"],
  ])("%s is %s", (written, form) => {
    expect(phoneOf(written)).toBe(form);
  });

  it("that names no country is of the region, if there is one", () => {
    expect(phoneOf("020 7946 0000", "GB")).toBe("+442079460000");
    expect(phoneOf("(020) 7946 0000", "GB")).toBe("+442079460000");
    expect(phoneOf("+49 30 123456", "GB")).toBe("+4930123456");
    expect(phoneOf("020 7946 0000")).toBe("must be a phone number: + and the code of its country first");
    expect(phoneOf("12", "GB")).toBe("must be a phone number: + and the code of its country first, or a number of GB");
  });

  it("with a character that shows nothing, or with letters, is refused", () => {
    expect(phoneOf("\u202a+442079460000")).toContain("U+202A");
    expect(phoneOf("+44 CALL NOW")).toContain("must be a phone number");
    expect(phoneOf("+4420794600001234567")).toContain("must be a phone number");
  });

  it("has a region by its ISO 3166 code", () => {
    expect(["GB", "DE", "gb", "UK", ""].filter(isPhoneRegion)).toEqual(["GB", "DE"]);
  });
});

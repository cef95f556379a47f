import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareCodePoints } from "./code-points.js";

describe("texts by code point", () => {
  it("are in the order of their bytes in UTF-8", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "é", "\ud7ff", "\ue000", "！", "😀", "\u{10ffff}"), maxLength: 4 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareCodePoints(a, b))).toBe(bytes);
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCursor, encodeCursor } from "./page.js";

describe("a cursor", () => {
  it("comes back as the key that it was made of, and needs no escaping in a URL", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.double({ noNaN: true, noDefaultInfinity: true }), (text, number) => {
        const cursor = encodeCursor([text, number, text]);
        expect(encodeURIComponent(cursor)).toBe(cursor);
        const [first, second, third] = decodeCursor(cursor, ["string", "number", "string"]);
        expect([first, second + 0, third]).toEqual([text, number + 0, text]);
      }),
    );
  });

  it.each([
    ["no cursor at all", "garbage"],
    ["a percent sign", "%"],
    ["empty", ""],
    ["an object", btoa('{"0":"a"}')],
    ["a key of another length", encodeCursor(["a", 1, 1])],
    ["a key of other types", encodeCursor([1, "a"])],
    ["a number without end", btoa('["a",1e999]')],
    ["an operator", btoa('[{"$ne":null},1]')],
    ["text that is no UTF-8", btoa("\xff\xfe")],
  ])("that is %s is refused", (_, cursor) => {
    expect(() => decodeCursor(cursor, ["string", "number"])).toThrow(expect.objectContaining({ code: "invalid" }));
  });
});

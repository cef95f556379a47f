import { describe, expect, it } from "vitest";
import { parseWith } from "../../model/edge.js";
import { receiptSchema } from "./receipt-input.js";

const schema = receiptSchema({ currency: "USD", currencyDecimals: 2, timeZone: "UTC" });
const VALID = { messageId: "k:c~2", status: "delivered" };

function pathsOf(input: object): readonly string[] {
  const parsed = parseWith(schema, { ...VALID, ...input });
  return parsed.ok ? [] : parsed.issues.map((issue) => issue.path);
}

describe("a receipt", () => {
  it("comes in with its time as an instant", () => {
    expect(parseWith(schema, { ...VALID, occurredAt: "2026-01-01T01:00:00+01:00", eventId: "e", reason: "r" })).toEqual({
      ok: true,
      value: { ...VALID, occurredAt: Date.UTC(2026, 0, 1), eventId: "e", reason: "r" },
    });
    expect(parseWith(schema, VALID)).toEqual({ ok: true, value: VALID });
  });

  it.each<[string, object, string]>([
    ["no message", { messageId: undefined }, "messageId"],
    ["a message that is not ours", { messageId: "abc" }, "messageId"],
    ["an unknown status", { status: "read" }, "status"],
    ["no time", { occurredAt: "now" }, "occurredAt"],
    ["a number as time", { occurredAt: 1 }, "occurredAt"],
    ["an operator", { reason: { $gt: "" } }, "reason"],
    ["a typo", { messageID: "k:c" }, "messageID"],
  ])("is refused with %s", (_what, input, path) => {
    expect(pathsOf(input)).toEqual([path]);
  });
});

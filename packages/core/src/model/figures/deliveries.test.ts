import { expect, it } from "vitest";
import type { ReceiptStatus } from "../receipt.js";
import { zoneDays } from "./calendar.js";
import { deliveriesByDay, SEEN_STEP_MS } from "./deliveries.js";

const seen = (at: string, status: ReceiptStatus, rows = 1) => ({ at: Date.parse(at), status, rows });
const days = (counts: Parameters<typeof deliveriesByDay>[0], zone: string) =>
  [...deliveriesByDay(counts, zoneDays(zone))].map(([day, { sent, opened }]) => [day, sent, opened]);

it("adds up what was seen on each day of the zone, whatever its offset and the order of the counts", () => {
  const counts = [
    seen("2026-03-02T18:15:00Z", "opened"),
    seen("2026-03-01T18:00:00Z", "sent", 2),
    seen("2026-03-01T18:15:00Z", "sent", 3),
    seen("2026-03-02T18:00:00Z", "sent", 5),
    seen("2026-03-02T18:00:00Z", "opened", 7),
  ];
  expect(days(counts, "Asia/Kathmandu")).toEqual([
    ["2026-03-01", 2, 0],
    ["2026-03-02", 8, 7],
    ["2026-03-03", 0, 1],
  ]);
  expect(days(counts, "UTC")).toEqual([
    ["2026-03-01", 5, 0],
    ["2026-03-02", 5, 8],
  ]);
});

it("knows days of 23 and 25 hours, and leaves out those on which nothing was seen", () => {
  const counts = [
    seen("2026-03-29T21:45:00Z", "sent"),
    seen("2026-03-29T22:00:00Z", "sent", 2),
    seen("2026-10-24T22:00:00Z", "sent", 4),
    seen("2026-10-25T22:45:00Z", "sent", 8),
    seen("2026-10-25T23:00:00Z", "sent", 16),
  ];
  expect(days(counts, "Europe/Berlin")).toEqual([
    ["2026-03-29", 1, 0],
    ["2026-03-30", 2, 0],
    ["2026-10-25", 12, 0],
    ["2026-10-26", 16, 0],
  ]);
  expect(days([], "Europe/Berlin")).toEqual([]);
});

it("has a step at the midnight of every zone", () => {
  for (const zone of Intl.supportedValuesOf("timeZone")) {
    const [first] = days([seen("2026-06-01T12:00:00Z", "sent")], zone);
    const local = new Intl.DateTimeFormat("sv", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
    const at = Date.parse("2026-06-01T12:00:00Z");
    const [hours = 0, minutes = 0, seconds = 0] = (local.format(at).split(" ")[1] ?? "").split(":").map(Number);
    expect([zone, (((hours * 60 + minutes) * 60 + seconds) * 1_000) % SEEN_STEP_MS]).toEqual([zone, 0]);
    expect(first?.[0]).toBe(local.format(at).split(" ")[0]);
  }
});

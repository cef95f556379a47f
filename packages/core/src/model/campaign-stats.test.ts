import { expect, it } from "vitest";
import { campaignStats, type MinuteCount, type RowCount } from "./campaign-stats.js";
import { statusesWith } from "./receipt.js";
import { recordOf } from "./record-of.js";

const NO_ENGAGEMENT = recordOf(statusesWith("engagement"), () => 0);

function count(status: RowCount["status"], rows: number, more: Partial<RowCount> = {}): RowCount {
  return { status, rows, ...NO_ENGAGEMENT, ...more };
}

it("adds up counts that were split, and keeps the reasons of skipped and failed rows apart", () => {
  const counts = [
    count("delivered", 3, { opened: 2 }),
    count("delivered", 2, { opened: 1, clicked: 1 }),
    count("bounced", 1, { reason: "mailbox full" }),
    count("failed", 1, { reason: "no such user" }),
    count("failed", 2, { reason: "no such user" }),
    count("failed", 1, { reason: null }),
    count("skipped", 4, { reason: "no_address" }),
    count("pending", 7, { reason: null, nextDueAt: 10 }),
    count("pending", 2, { reason: "greylisted", nextDueAt: 90 }),
    count("pending", 1, { reason: "mailbox full", nextDueAt: 50 }),
    count("pending", 1, { reason: "greylisted", nextDueAt: 70 }),
  ];
  const minutes: readonly MinuteCount[] = [
    { at: 60_000, status: "delivered", rows: 1 },
    { at: 0, status: "sent", rows: 2 },
    { at: 60_000, status: "sent", rows: 1 },
    { at: 60_000, status: "sent", rows: 1 },
  ];
  expect(campaignStats(counts, minutes)).toEqual({
    ...{ total: 25, pending: 11, claimed: 0, sent: 0, delivered: 5, failed: 4, bounced: 1, skipped: 4, unknown: 0 },
    ...NO_ENGAGEMENT,
    opened: 3,
    clicked: 1,
    skippedBy: { no_address: 4 },
    failedBy: { "no such user": 3, failed: 1 },
    waiting: { count: 4, nextAt: 50, reasons: { greylisted: 3, "mailbox full": 1 } },
    timeline: [
      { at: 0, sent: 2, delivered: 0, failed: 0 },
      { at: 60_000, sent: 2, delivered: 1, failed: 0 },
    ],
  });
});

import { describe, expect, it } from "vitest";
import { type BatchRecord, batchStatus } from "./batch.js";

const OPEN: BatchRecord = { id: "b", kind: "orders", createdAt: 1 };

describe("a batch's status", () => {
  it.each<[string, Partial<BatchRecord>, number, number, string, number]>([
    ["the upload still runs", {}, 3, 1, "processing", 4],
    ["rows wait", { received: 10 }, 3, 1, "processing", 10],
    ["every row has its fate", { received: 10 }, 8, 2, "completed", 10],
    ["nothing was received", { received: 0 }, 0, 0, "completed", 0],
    ["fates outnumber what was recorded", { received: 3 }, 4, 1, "completed", 5],
    ["it broke off, and what was queued is applied", { received: 2, truncated: true }, 2, 0, "completed", 2],
  ])("when %s", (_when, more, accepted, rejected, status, received) => {
    const added = Math.min(accepted, 2);
    const effects = { added, changed: accepted - added, unchanged: 0 };
    const errors = [{ row: 2, path: "amount", message: "must be zero or more" }];
    expect(batchStatus({ ...OPEN, ...more }, { ...effects, rejected, errors })).toEqual({
      ...OPEN,
      ...more,
      ...effects,
      status,
      received,
      accepted,
      rejected,
      errors,
    });
  });
});

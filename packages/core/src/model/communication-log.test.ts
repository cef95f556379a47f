import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type DeliveryFact,
  type DeliveryStatus,
  type FactState,
  factOf,
  foldFact,
  logId,
  messageId,
  reopenLog,
  type StoredCommunication,
  splitLogId,
  statusOf,
} from "./communication-log.js";
import { RECEIPT_STATUSES, type ReceiptStatus } from "./receipt.js";

const PENDING: FactState = { status: "pending", generation: 1, evidence: {} };

function fact(status: ReceiptStatus, at = 1, more: Partial<DeliveryFact> = {}): DeliveryFact {
  return { logId: "k:c", generation: 1, status, at, ...more };
}

function foldAll(facts: readonly DeliveryFact[], start: FactState = PENDING): FactState {
  return facts.reduce(foldFact, start);
}

describe("the fold of facts", () => {
  it.each<[readonly ReceiptStatus[], DeliveryStatus]>([
    [[], "pending"],
    [["sent"], "sent"],
    [["failed", "sent"], "failed"],
    [["failed", "delivered"], "delivered"],
    [["delivered", "bounced"], "bounced"],
    [["opened"], "delivered"],
    [["clicked", "failed"], "delivered"],
    [["complained", "sent"], "delivered"],
    [["opened", "bounced"], "bounced"],
    [["unsubscribed"], "pending"],
    [["unsubscribed", "sent"], "sent"],
  ])("of %j is %s", (statuses, expected) => {
    expect(foldAll(statuses.map((status) => fact(status))).status).toBe(expected);
  });

  it.each(["pending", "claimed", "unknown", "skipped"] as const)("settles a row that is %s", (status) => {
    const row: FactState = { status, generation: 1, evidence: {}, reason: "the last attempt met a 503" };
    expect(foldFact(row, fact("sent", 4))).toEqual({ status: "sent", generation: 1, evidence: { sent: 4 } });
    expect(foldFact(row, fact("unsubscribed", 4))).toEqual({ ...row, evidence: { unsubscribed: 4 } });
  });

  it("keeps the earliest time of each status", () => {
    expect(foldAll([fact("sent", 5), fact("sent", 3), fact("opened", 9), fact("sent", 4)]).evidence).toEqual({
      sent: 3,
      opened: 9,
      delivered: 9,
    });
  });

  it("keeps the reason of the earliest failure, and none once it was delivered", () => {
    const failures = [fact("failed", 5, { reason: "late" }), fact("failed", 3, { reason: "early" }), fact("failed", 4)];
    expect(foldAll(failures).reason).toBe("early");
    expect(foldAll([...failures, fact("bounced", 9, { reason: "no such box" })])).toMatchObject({
      status: "bounced",
      reason: "no such box",
    });
    expect(foldAll([...failures, fact("delivered")])).not.toHaveProperty("reason");
    expect(foldAll([fact("failed")]).reason).toBe("failed");
  });

  it("chooses of reasons at the same time the first by the alphabet, whichever came first", () => {
    const failures = ["full", "gone", "away", "gone"].map((reason) => fact("failed", 3, { reason }));
    expect(foldAll(failures).reason).toBe("away");
    expect(foldAll(failures.toReversed()).reason).toBe("away");
  });

  it("chooses them by code point, as stores do, not by UTF-16 unit", () => {
    const failures = ["😀", "！"].map((reason) => fact("failed", 3, { reason, vendorMessageId: reason }));
    for (const facts of [failures, failures.toReversed()]) {
      expect(foldAll(facts)).toMatchObject({ reason: "！", vendorMessageId: "！" });
    }
  });

  it("keeps the vendor's id of its own generation, the first of several by the alphabet", () => {
    expect(foldAll([fact("sent", 1, { vendorMessageId: "v2" }), fact("delivered")]).vendorMessageId).toBe("v2");
    const facts = ["v2", "v1", "v3"].map((vendorMessageId) => fact("sent", 1, { vendorMessageId }));
    expect(foldAll(facts).vendorMessageId).toBe("v1");
    expect(foldAll(facts.toReversed()).vendorMessageId).toBe("v1");
    expect(foldAll([fact("opened", 1, { vendorMessageId: "old", generation: 9 })])).not.toHaveProperty("vendorMessageId");
  });

  it("takes from an older generation its engagement only", () => {
    const second: FactState = { status: "pending", generation: 2, evidence: {} };
    const old = RECEIPT_STATUSES.map((status) => fact(status, 1, { vendorMessageId: "old" }));
    expect(foldAll(old, second)).toEqual({
      status: "pending",
      generation: 2,
      evidence: { opened: 1, clicked: 1, complained: 1, unsubscribed: 1 },
    });
    expect(foldAll([...old, fact("sent", 2, { generation: 2 })], second).status).toBe("sent");
  });

  it("ignores no fact's repetition, order or split", () => {
    const anyFact = fc.record({
      logId: fc.constant("k:c"),
      generation: fc.constantFrom(1, 2),
      status: fc.constantFrom(...RECEIPT_STATUSES),
      at: fc.integer({ min: 1, max: 4 }),
      reason: fc.option(fc.constantFrom("a", "b", "c"), { nil: undefined }),
      vendorMessageId: fc.option(fc.constantFrom("v1", "v2"), { nil: undefined }),
    });
    const start = fc.record({
      status: fc.constantFrom("pending" as const, "claimed" as const, "unknown" as const, "skipped" as const),
      generation: fc.constantFrom(1, 2),
      evidence: fc.constant({}),
      reason: fc.option(fc.constantFrom("unsubscribed", "zzz"), { nil: undefined }),
    });
    const twice = fc.array(anyFact, { maxLength: 7 }).chain((facts) => {
      const repeated = [...facts, ...facts.slice(0, 3)];
      return fc.tuple(fc.constant(facts), fc.shuffledSubarray(repeated, { minLength: repeated.length }));
    });
    fc.assert(
      fc.property(start, twice, ({ reason, ...row }, [facts, shuffled]) => {
        const state: FactState = { ...row, ...(reason === undefined ? {} : { reason }) };
        const known = (list: typeof facts) =>
          list.map(
            ({ reason: why, vendorMessageId: id, ...rest }): DeliveryFact => ({
              ...rest,
              ...(why === undefined ? {} : { reason: why }),
              ...(id === undefined ? {} : { vendorMessageId: id }),
            }),
          );
        const folded = foldAll(known(facts), state);
        expect(foldAll(known(shuffled), state)).toEqual(folded);
        expect(foldAll(known(facts), folded)).toEqual(folded);
        expect(folded.status).toBe(statusOf(folded.evidence) ?? state.status);
      }),
      { numRuns: 500 },
    );
  });
});

describe("reopening", () => {
  const sent: StoredCommunication = {
    ...{ id: "k:c", campaignId: "k", customerId: "c", channel: "sms", to: "+4930123456", plannedAt: 1 },
    ...{ status: "failed", generation: 1, reopening: 0, attempts: 5, dueAt: 2, updatedAt: 3 },
    ...{ reason: "no such box", vendorMessageId: "v1" },
    evidence: { sent: 1, delivered: 2, failed: 3, bounced: 4, opened: 5, clicked: 6, complained: 7, unsubscribed: 8 },
  };

  it("makes a row pending in its next generation, due at once, with its engagement and nothing of its delivery", () => {
    const { reason: _, vendorMessageId: __, ...kept } = sent;
    expect(reopenLog(sent, 3, 50)).toStrictEqual({
      ...kept,
      ...{ status: "pending", generation: 2, reopening: 3, attempts: 0, dueAt: 2, updatedAt: 50 },
      evidence: { opened: 5, clicked: 6, complained: 7, unsubscribed: 8 },
    });
    expect(reopenLog({ ...sent, dueAt: 70 }, 3, 50).dueAt).toBe(50);
  });

  it("leaves the row that the vendor's late word of the first sending can't settle, and its word of the second can", () => {
    const reopened = reopenLog(sent, 1, 50);
    expect(foldFact(reopened, fact("bounced", 60)).status).toBe("pending");
    expect(foldFact(reopened, fact("sent", 60, { generation: 2 })).status).toBe("sent");
  });
});

describe("ids", () => {
  const customerId = fc.string({ minLength: 1, maxLength: 20 }).map((id) => id.replaceAll("~", ":"));

  it("of rows split at the first colon", () => {
    expect(splitLogId("k:a:b:")).toEqual({ campaignId: "k", customerId: "a:b:" });
    expect([":c", "k:", "kc", ""].map(splitLogId)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("of messages lead back to row and generation, whatever the customer's id holds", () => {
    fc.assert(
      fc.property(fc.uuid(), customerId, fc.integer({ min: 1, max: 999_999 }), (campaign, customer, generation) => {
        const id = logId(campaign, customer);
        expect(splitLogId(id)).toEqual({ campaignId: campaign, customerId: customer });
        const receipt = { messageId: messageId({ id, generation }), status: "sent" as const, occurredAt: 3, acceptedAt: 4 };
        expect(factOf(receipt)).toStrictEqual({ logId: id, generation, status: "sent", at: 3 });
      }),
    );
  });

  it("keep the reason, and the idempotency key of the first generation is the row's id", () => {
    expect(messageId({ id: "k:c", generation: 1 })).toBe("k:c");
    expect(factOf({ messageId: "k:c~12", status: "failed", occurredAt: 3, acceptedAt: 3, reason: "full" })).toEqual({
      logId: "k:c",
      generation: 12,
      status: "failed",
      at: 3,
      reason: "full",
    });
  });

  it.each(["k:c~", "k:c~0", "k:c~01", "k:c~x", "k:c~2~3", "~2", "k~2", "k:~2", "", "k:c~9999999"])(
    "that are not ours name no row: %j",
    (id) => {
      expect(factOf({ messageId: id, status: "sent", occurredAt: 1, acceptedAt: 1 })).toBeUndefined();
    },
  );
});

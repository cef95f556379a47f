import { describe, expect, it } from "vitest";
import type { DeliveryFact } from "../../model/communication-log.js";
import type { SendResult } from "../../ports/sender.js";
import type { CallFailure } from "../sender/vendor-call.js";
import type { ReadyMessage } from "./fill-call.js";
import { type Judgement, judgeResults } from "./judge-results.js";

const NONE: Judgement = { facts: [], exhausted: [], retries: [], unknown: [] };
const REF = { id: "k:a", epoch: 4 };
const AWAY: CallFailure = { reason: "it is away", taken: "none" };
const BROKE: CallFailure = { reason: "it hung up", taken: "unsure" };

/** A row in its second generation, before its call number `attempts + 1`. */
function ready(customerId: string, attempts: number, handedOver = false): ReadyMessage {
  const id = `k:${customerId}`;
  const times = { plannedAt: 1, dueAt: 1, updatedAt: 1 };
  return {
    claim: {
      ...{ id, campaignId: "k", customerId, channel: "sms", status: "claimed", evidence: {}, ...times },
      ...{ generation: 2, reopening: 1, attempts, epoch: 4, leaseUntil: 9 },
      ...(handedOver ? { handedOverAt: 1 } : {}),
    },
    addressHash: "1:h",
    message: { id: `${id}~2`, campaignId: "k", customerId, channel: "sms", to: "+4930123456", body: "Hi" },
  };
}

interface Case {
  readonly result?: Omit<SendResult, "id">;
  readonly failure?: CallFailure;
  readonly keys?: boolean;
  readonly attempts?: number;
  readonly free?: boolean;
  /** By a call of which nobody knows. */
  readonly handedOver?: boolean;
  readonly deferredMs?: number;
  readonly maxAttempts?: number;
}

function judge({ result, failure, keys = true, attempts = 0, free = false, handedOver = false, ...more }: Case): Judgement {
  const results = new Map(result ? [["k:a~2", { id: "k:a~2", ...result }]] : []);
  const answer = { results, ...(failure ? { failure } : {}) };
  const parts = { maxAttempts: more.maxAttempts ?? 3, retryMs: 1_000 };
  return judgeResults(parts, { remembersKeysMs: keys ? 60_000 : 0 }, [ready("a", attempts, handedOver)], answer, {
    answeredAt: 50,
    isFree: (id) => free && id === "k:a",
    deferredForMs: ({ id }) => (id === "k:a" ? (more.deferredMs ?? 0) : 0),
  });
}

function fact(status: DeliveryFact["status"], more: Partial<DeliveryFact> = {}): DeliveryFact {
  return { logId: "k:a", generation: 2, status, at: 50, ...more };
}

const retry = (reason: string, { refund = false, refused = true } = {}): Judgement => ({
  ...NONE,
  retries: [{ ...REF, delayMs: expect.any(Number), reason, refund, refused }],
});
const givenUp = (reason: string, refused: { readonly refused?: true } = { refused: true }) => ({
  ...NONE,
  exhausted: [{ ...REF, fact: fact("failed", { reason, ...refused }) }],
});
const sentence = expect.stringMatching(/\w \w/);

describe("a vendor's result", () => {
  it.each<[string, Case, Judgement]>([
    [
      "accepted: is sent",
      { result: { status: "accepted", vendorMessageId: "v1" } },
      { ...NONE, facts: [fact("sent", { vendorMessageId: "v1" })] },
    ],
    [
      "rejected: failed at once, for its reason",
      { result: { status: "rejected", reason: "no such box" } },
      { ...NONE, facts: [fact("failed", { reason: "no such box", refused: true })] },
    ],
    [
      "rejected without a reason: failed, and says by whom",
      { result: { status: "rejected" } },
      { ...NONE, facts: [fact("failed", { reason: sentence, refused: true })] },
    ],
    ["transient: tried again", { result: { status: "retry", reason: "busy" } }, retry("busy")],
    ["transient without a reason: tried again, and says why", { result: { status: "retry" } }, retry(sentence)],
    ["transient, without keys: it was not taken", { result: { status: "retry", reason: "busy" }, keys: false }, retry("busy")],
    ["transient, one attempt left", { result: { status: "retry", reason: "busy" }, attempts: 1 }, retry("busy")],
    [
      "transient, the last attempt: given up",
      { result: { status: "retry", reason: "busy" }, attempts: 2 },
      givenUp("busy (attempt 3 of 3)"),
    ],
    [
      "transient, the last attempt, of a row whose failed calls are free: this call did not fail",
      { result: { status: "retry", reason: "busy" }, attempts: 2, free: true },
      givenUp("busy (attempt 3 of 3)"),
    ],
    [
      "throttled: tried again, and no attempt",
      { result: { status: "retry", reason: "slow down", throttled: true }, attempts: 2 },
      retry("slow down", { refund: true }),
    ],
    [
      "throttled, when the time is up: given up",
      { result: { status: "retry", throttled: true }, deferredMs: 1_000 },
      givenUp("deferred_too_long"),
    ],
    [
      "transient, until the time is up",
      { result: { status: "retry", reason: "busy" }, deferredMs: 999, attempts: 1 },
      retry("busy"),
    ],
    [
      "transient, when the time is up: given up",
      { result: { status: "retry", reason: "busy" }, deferredMs: 1_000, attempts: 1 },
      givenUp("deferred_too_long"),
    ],
    [
      "transient, the hundredth time, where attempts are not bounded",
      { result: { status: "retry", reason: "busy" }, attempts: 99, maxAttempts: 0 },
      retry("busy"),
    ],
    [
      "accepted, when the time is up: is sent",
      { result: { status: "accepted" }, deferredMs: 1_000 },
      { ...NONE, facts: [fact("sent")] },
    ],
    ["none, with keys: tried again", {}, retry(sentence, { refused: false })],
    [
      "none, with keys, for the last time: given up, and perhaps taken",
      { attempts: 2 },
      givenUp(expect.any(String) as string, {}),
    ],
    [
      "transient, of a row that may have been taken: the vendor speaks for its key",
      { result: { status: "retry", reason: "busy" }, handedOver: true },
      retry("busy"),
    ],
    ["none, without keys: nobody knows", { keys: false }, { ...NONE, unknown: [{ ...REF, reason: sentence }] }],
  ])("%s", (_, given, judged) => {
    expect(judge(given)).toEqual(judged);
  });
});

describe("a call that failed", () => {
  it.each<[string, Case, Judgement]>([
    ["with keys: tried again", { failure: BROKE }, retry("it hung up", { refused: false })],
    [
      "surely not taken, of a row that may have been taken before",
      { failure: AWAY, handedOver: true },
      retry("it is away", { refused: false }),
    ],
    ["without keys: nobody knows", { failure: BROKE, keys: false }, { ...NONE, unknown: [{ ...REF, reason: "it hung up" }] }],
    ["without keys, surely not taken: tried again", { failure: AWAY, keys: false }, retry("it is away")],
    ["for the last time: given up", { failure: AWAY, attempts: 2 }, givenUp("it is away (attempt 3 of 3)")],
    ["when the time is up: given up", { failure: AWAY, deferredMs: 1_000 }, givenUp("deferred_too_long")],
    [
      "for free, when the time is up: not given up",
      { failure: AWAY, deferredMs: 1_000, free: true },
      retry("it is away", { refund: true }),
    ],
    ["throttled: no attempt", { failure: { ...AWAY, throttled: true }, attempts: 2 }, retry("it is away", { refund: true })],
    ["for free: no attempt", { failure: AWAY, free: true }, retry("it is away", { refund: true })],
    [
      "for free after the last attempt: not given up",
      { failure: AWAY, attempts: 2, free: true },
      retry("it is away", { refund: true }),
    ],
  ])("%s", (_, given, judged) => {
    expect(judge(given)).toEqual(judged);
  });
});

it.each<[string, Case]>([
  ["a message", { result: { status: "retry", retryAfterMs: 90_000 } }],
  ["a call", { failure: { ...AWAY, retryAfterMs: 90_000 } }],
])("puts %s off for as long as the vendor asks", (_, given) => {
  expect(judge(given).retries).toMatchObject([{ delayMs: 90_000 }]);
});

it.each(["rejected", "retry"] as const)("keeps no address that the vendor named when it answered: %s", (status) => {
  const judged = judge({ result: { status, reason: "no box for ann@example.com" } });
  const [reason] = [...judged.facts, ...judged.retries].map((row) => row.reason);
  expect(reason).toContain("no box for");
  expect(reason).not.toContain("ann@");
});

it("judges each message by its own result", () => {
  const results = new Map<string, SendResult>([
    ["k:a~2", { id: "k:a~2", status: "rejected", reason: "no such box" }],
    ["k:c~2", { id: "k:c~2", status: "accepted" }],
  ]);
  const batch = ["a", "b", "c"].map((customerId) => ready(customerId, 0));
  const parts = { maxAttempts: 3, retryMs: 1_000 };
  const deferral = { answeredAt: 50, isFree: () => false, deferredForMs: () => 0 };
  const judged = judgeResults(parts, { remembersKeysMs: 60_000 }, batch, { results }, deferral);
  expect(judged.facts.map(({ logId, status }) => `${logId} ${status}`)).toEqual(["k:a failed", "k:c sent"]);
  expect(judged.retries.map(({ id }) => id)).toEqual(["k:b"]);
});

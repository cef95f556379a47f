import { CrmError, type OutgoingMessage } from "@crm-engine/core/ports";
import { describe, expect, it } from "vitest";
import { type SimulatedReceipt, type SimulatedSenderOptions, simulatedSender } from "./index.js";

const messages: readonly OutgoingMessage[] = Array.from({ length: 1_000 }, (_, index) => ({
  id: `campaign:customer-${index}`,
  campaignId: "campaign",
  customerId: `customer-${index}`,
  channel: "email",
  to: `${index}@example.com`,
  body: "Hi",
}));
const signal = new AbortController().signal;

async function run(options: Omit<SimulatedSenderOptions, "report">) {
  const receipts: SimulatedReceipt[] = [];
  const sender = simulatedSender({ ...options, report: async (reported) => void receipts.push(...reported) });
  const answers = await sender.send({ batchId: "b", messages }, signal);
  const atAnswer = receipts.length;
  await sender.close();
  return { answers, receipts, atAnswer };
}

describe("simulatedSender", () => {
  it("accepts everything at once and reports sent, then delivered or failed, for each later", async () => {
    const { answers, receipts, atAnswer } = await run({ failureRate: 0.1, delayMs: 5 });
    expect(answers.map(({ id }) => id)).toEqual(messages.map(({ id }) => id));
    expect(answers.every((answer) => answer.status === "accepted" && answer.vendorMessageId !== undefined)).toBe(true);
    expect(atAnswer).toBe(0);
    expect(receipts.slice(0, 1_000).every(({ status }) => status === "sent")).toBe(true);
    const failed = receipts.filter(({ status }) => status === "failed");
    const delivered = receipts.filter(({ status }) => status === "delivered");
    expect(failed.length + delivered.length).toBe(1_000);
    expect(failed.length).toBeGreaterThan(60);
    expect(failed.length).toBeLessThan(140);
    expect(failed.every(({ reason }) => reason !== undefined)).toBe(true);
  });

  it("gives the same key the same answer and fate, and another seed others", async () => {
    const fates = ({ receipts }: Awaited<ReturnType<typeof run>>) =>
      receipts.map(({ messageId, status }) => `${messageId} ${status}`);
    const [first, again, other] = await Promise.all([
      run({ failureRate: 0.3, seed: 7 }),
      run({ failureRate: 0.3, seed: 7 }),
      run({ failureRate: 0.3, seed: 8 }),
    ]);
    expect(again.answers).toEqual(first.answers);
    expect(fates(again)).toEqual(fates(first));
    expect(fates(other)).not.toEqual(fates(first));
  });

  it.each([
    [0, "delivered"],
    [1, "failed"],
  ])("at a failure rate of %d all are %s", async (failureRate, status) => {
    const { receipts } = await run({ failureRate });
    expect(receipts.filter((receipt) => receipt.status === status)).toHaveLength(1_000);
  });

  it("reports again when it was refused, and gives up on a closed engine", async () => {
    let refusals = 0;
    const refusing = simulatedSender({
      report: async () => {
        refusals += 1;
        if (refusals < 3) throw new CrmError("unavailable", "away");
      },
    });
    await refusing.send({ batchId: "b", messages }, signal);
    await refusing.close();
    expect(refusals).toBe(3);

    let calls = 0;
    const closed = simulatedSender({
      report: async () => {
        calls += 1;
        throw new CrmError("closed", "closed");
      },
    });
    await closed.send({ batchId: "b", messages }, signal);
    await closed.close();
    expect(calls).toBe(1);
  });

  it("reports what is pending when it closes, however long the delay", async () => {
    const started = Date.now();
    const { receipts } = await run({ delayMs: 60_000 });
    expect(receipts).toHaveLength(2_000);
    expect(Date.now() - started).toBeLessThan(2_000);
  });
});

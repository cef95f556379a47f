import { describe, expect, it } from "vitest";
import { draftToAll, memoryEngine, people, recordingSender } from "../../engine.fixture.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";

const never = new AbortController().signal;

/** One batch of a campaign, on a clock that stands still, and what is left of its tokens after it. */
async function tokensAfterOneBatch(options: { readonly count: number; readonly senderRate?: number; readonly leaving?: number }) {
  const { count, leaving = 0, ...rates } = options;
  const now = 1_700_000_000_000;
  const sender = recordingSender();
  const engine = memoryEngine({
    sender,
    store: memoryStore({ now: () => now }),
    queue: memoryQueue(),
    clock: () => now,
    ...rates,
  });
  await engine.ingest.customers(people(count));
  await engine.workOff();
  const id = await draftToAll(engine);
  await engine.campaigns.update(id, { throttlePerSecond: 100 });
  await engine.campaigns.launch(id);
  await engine.work.plan(never);
  const gone = people(leaving).map((_, index) => `p${String(index).padStart(4, "0")}`);
  await engine.store.customers.withdrawConsent(
    gone.map((customerId) => ({ customerId, channel: "email", by: "unsubscribed", at: now })),
  );
  await engine.work.deliver(never);
  const { take } = engine.store.rates;
  return {
    sent: sender.calls.flat().length,
    campaign: await take(`campaign:${id}`, 100, 1_000),
    sender: options.senderRate === undefined ? undefined : await take("sender", options.senderRate, 1_000),
  };
}

describe("tokens", () => {
  it("are taken for what is sent, and no more", async () => {
    expect(await tokensAfterOneBatch({ count: 30 })).toMatchObject({ sent: 30, campaign: 70 });
    expect(await tokensAfterOneBatch({ count: 300 })).toMatchObject({ sent: 100, campaign: 0 });
  });

  it("of the campaign that the vendor's rate does not allow go back", async () => {
    expect(await tokensAfterOneBatch({ count: 300, senderRate: 10 })).toEqual({ sent: 10, campaign: 90, sender: 0 });
    expect(await tokensAfterOneBatch({ count: 30, senderRate: 50 })).toEqual({ sent: 30, campaign: 70, sender: 20 });
  });

  it("of people who are skipped go back", async () => {
    expect(await tokensAfterOneBatch({ count: 30, senderRate: 50, leaving: 12 })).toEqual({ sent: 18, campaign: 82, sender: 32 });
  });
});

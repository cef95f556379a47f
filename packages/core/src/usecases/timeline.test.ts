import { expect, it } from "vitest";
import { draftToAll, memoryEngine, recordingSender, runCampaigns } from "../engine.fixture.js";
import { memoryQueue, memoryStore } from "../memory/index.js";
import { readWhole } from "../ports/page.js";
import type { TimelineItem } from "../view/timeline.js";

const DAY_MS = 86_400_000;

function scene() {
  const time = { now: Date.UTC(2026, 0, 1) };
  const clock = () => time.now;
  const engine = memoryEngine({ sender: recordingSender(), clock, store: memoryStore({ now: clock }), queue: memoryQueue() });
  const step = async (act: () => Promise<unknown>): Promise<void> => {
    time.now += DAY_MS;
    await act();
    await engine.workOff();
  };
  const at = () => new Date(time.now).toISOString();
  return { engine, step, at };
}

function inShort(item: TimelineItem): string {
  const day = item.at.slice(0, 10);
  if (item.kind === "order") return `${day} ${item.order.id}`;
  if (item.kind === "message") return `${day} ${item.event}`;
  if (item.kind === "consent") return `${day} ${item.channel} ${item.state} by ${item.by}`;
  return `${day} ${item.channel} ${item.evidence}`;
}

async function lived({ engine, step, at }: ReturnType<typeof scene>): Promise<void> {
  await step(() => engine.ingest.customers([{ id: "c1", email: "ann@example.com" }, { id: "c2" }]));
  await step(() => engine.ingest.orders([{ id: "o1", customerId: "c1", amount: 1, placedAt: at() }]));
  const campaign = await draftToAll(engine);
  await step(() => engine.campaigns.launch(campaign));
  await runCampaigns(engine);
  const message = `${campaign}:c1`;
  for (const status of ["opened", "clicked", "unsubscribed"] as const)
    await step(() => engine.receipts.accept([{ messageId: message, status, occurredAt: at() }]));
  const same = { customerId: "c1", amount: 1, placedAt: at() };
  await step(() =>
    engine.ingest.orders([
      { id: "o2", ...same },
      { id: "o3", ...same, type: "refund" },
      { id: "o4", customerId: "c2", amount: 1, placedAt: at() },
    ]),
  );
}

it("has what happened, newest first, and pages through it whatever the size", async () => {
  const given = scene();
  await lived(given);
  const { engine } = given;
  const all = await readWhole((page) => engine.customers.timeline("c1", page));
  expect(all.map(inShort)).toEqual([
    "2026-01-07 o3",
    "2026-01-07 o2",
    "2026-01-07 unsubscribed",
    "2026-01-07 email unsubscribed",
    "2026-01-07 email withdrawn by unsubscribed",
    "2026-01-06 clicked",
    "2026-01-05 opened",
    "2026-01-05 delivered",
    "2026-01-04 sent",
    "2026-01-03 o1",
  ]);
  for (const limit of [1, 2, 3, 7]) {
    const paged: TimelineItem[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: readonly TimelineItem[]; nextCursor: string | null } = await engine.customers.timeline("c1", {
        limit,
        ...(cursor === null ? {} : { cursor }),
      });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      paged.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(paged).toEqual(all);
  }
  const some = await engine.customers.timeline("c1", { limit: 50 }, { kinds: ["order", "consent"] });
  expect(some.items).toEqual(all.filter(({ kind }) => kind === "order" || kind === "consent"));
  await expect(engine.customers.timeline("c9", { limit: 1 })).rejects.toMatchObject({ code: "not_found" });
  await expect(engine.customers.timeline("c1", { limit: 1, cursor: "x" })).rejects.toMatchObject({ code: "invalid" });
});

it("of an erased customer is not there, and of one made anew under the id begins anew", async () => {
  const given = scene();
  await lived(given);
  const { engine, step } = given;
  await step(() => engine.customers.erase("c1"));
  await expect(engine.customers.timeline("c1", { limit: 9 })).rejects.toMatchObject({ code: "not_found" });
  await step(() => engine.ingest.orders([{ id: "o9", customerId: "c1", amount: 1, placedAt: "2025-01-01" }]));
  await step(() => engine.ingest.customers([{ id: "c1", email: "ann@example.com" }]));
  const { items } = await engine.customers.timeline("c1", { limit: 9 });
  expect(items.map(inShort)).toEqual(["2025-01-01 o9"]);
});

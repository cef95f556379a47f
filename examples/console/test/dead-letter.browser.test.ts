import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { sqliteQueue } from "@crm-engine/adapters/sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { needsConsole, openEngine, openPage } from "./console.fixture.ts";
import { fill } from "./pages.fixture.ts";

/** Until the engine has given up a message, and the page has looked again. */
const GIVEN_UP = { timeout: 45_000 };

describe("a dead letter", needsConsole(), () => {
  it("is seen where one looks first, is replayed or discarded by clicks, and is counted live", { timeout: 180_000 }, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "crm-dead-letter-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = path.join(folder, "crm.db");
    const engine = await openEngine({ STORE_URL: `sqlite:${file}` });
    const { over } = await fill(engine.api);
    await engine.stop();
    await bury(file, { id: "mended", body: openedBy(`${over.id}:p1`) });
    await engine.start();

    const { page, complaints } = await openPage(engine.url);
    await page.goto("/");
    await page.getByRole("heading", { name: "What needs you" }).waitFor();
    const finding = (count: number) =>
      page.getByRole("listitem").filter({ hasText: `receipts: ${count} message${count === 1 ? "" : "s"} could not be applied` });
    await finding(1).waitFor();
    await publish(file, { id: "poison", body: "not json" });
    await finding(2).waitFor(GIVEN_UP);
    await page.getByRole("link", { name: "1 needs a hand" }).waitFor();
    await finding(2).getByRole("link", { name: "See dead letters" }).click();

    await page.getByRole("tab", { name: "Dead letters (2)", selected: true }).waitFor();
    const row = (id: string) => page.getByRole("table", { name: "Dead letters" }).getByRole("row").filter({ hasText: id });
    await row("mended").getByText("the disk was full").waitFor();
    await row("poison").getByText("The message is not a receipt.").waitFor();

    const openedBefore = (await engine.api.campaigns.stats(over.id)).opened;
    await page.getByRole("checkbox", { name: "Choose receipts mended" }).check();
    await page.getByRole("button", { name: "Replay 1 letter" }).click();
    await page.getByText("1 dead letter put back into its queue.").waitFor();
    await row("mended").waitFor({ state: "hidden" });
    await page.getByRole("tab", { name: "Dead letters (1)" }).waitFor();
    await expect.poll(async () => (await engine.api.campaigns.stats(over.id)).opened, GIVEN_UP).toBe(openedBefore + 1);

    const deadAt = async () => (await engine.api.queues.deadLetters({}, { limit: 10 })).items[0]?.deadAt ?? "";
    const before = await deadAt();
    await page.getByRole("checkbox", { name: "Choose receipts poison" }).check();
    await page.getByRole("button", { name: "Replay 1 letter" }).click();
    await expect.poll(async () => (await deadAt()) > before, GIVEN_UP).toBe(true);
    await page.getByRole("tab", { name: "Dead letters (1)" }).waitFor();
    await row("poison").waitFor();

    await page.getByRole("checkbox", { name: "Choose receipts poison" }).check();
    await page.getByRole("button", { name: "Discard 1 letter…" }).click();
    const dialog = page.getByRole("dialog", { name: "Discard 1 dead letter for good?" });
    const discard = dialog.getByRole("button", { name: "Discard 1 dead letter" });
    await discard.click();
    await dialog.getByText("Say why, in a few words.").waitFor();
    await dialog.getByLabel("Reason").fill("a test wrote it");
    await discard.click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText("1 dead letter discarded.").waitFor();
    await page.getByText("No dead letters", { exact: true }).waitFor();
    await page.getByRole("tab", { name: "Dead letters", exact: true }).waitFor();
    await page.getByText("Nothing needs a hand").waitFor();
    expect((await engine.api.queues.deadLetters({}, { limit: 10 })).items).toEqual([]);

    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Dashboard" }).click();
    await page.getByText("Nothing needs you").waitFor();
    expect(complaints).toEqual([]);
  });
});

interface Message {
  readonly id: string;
  readonly body: string;
}

const openedBy = (messageId: string): string =>
  JSON.stringify({ messageId, status: "opened", occurredAt: Date.now(), acceptedAt: Date.now() });

async function publish(file: string, message: Message): Promise<void> {
  const queue = sqliteQueue({ file });
  await queue.publish("receipts", [message]);
  await queue.close();
}

/** A sound message that was given up for a reason which is gone by now; while no engine runs. */
async function bury(file: string, message: Message): Promise<void> {
  const queue = sqliteQueue({ file, maxAttempts: 1 });
  await queue.publish("receipts", [message]);
  await queue.subscribe("receipts", () => Promise.reject(new Error("the disk was full")), { prefetch: 1 });
  await expect.poll(async () => (await queue.depth("receipts")).deadLetters, { timeout: 10_000 }).toBe(1);
  await queue.close();
}

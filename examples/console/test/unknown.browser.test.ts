import type { RemoteClient } from "@crm-engine/client";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { needsConsole, openEngine, openPage } from "./console.fixture.ts";
import { openMailServer } from "./mail-server.fixture.ts";

const PEOPLE = ["ada", "bob", "cy", "dora", "eve", "fay"].map((id) => ({ id, name: id, email: `${id}@example.com` }));
const ALL = PEOPLE.map(({ email }) => email);
const LOST = ["bob@example.com", "eve@example.com"];
const SETTLED = { timeout: 45_000 };

describe("messages of which nobody knows whether they were sent", needsConsole(), () => {
  it("are sent again by hand: whoever had one has two, and all are counted as sent", { timeout: 150_000 }, async () => {
    const { page, complaints, api, id, mail } = await launched();
    mail.breaks.clear();
    await page.getByRole("button", { name: "Send again", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Send again to 2 people?" });
    await dialog.getByText("gets it a second time").waitFor();
    await dialog.getByRole("button", { name: "Send again to 2 people" }).click();
    await dialog.waitFor({ state: "hidden" });
    await box(page).waitFor({ state: "hidden" });
    await page.getByRole("img", { name: "Of 6: 6 sent", exact: true }).waitFor(SETTLED);
    await page.getByRole("tab", { name: "Overview" }).waitFor();
    expect(mail.received.toSorted()).toEqual([...ALL, ...LOST].toSorted());
    expect(await api.campaigns.stats(id)).toMatchObject({ total: 6, sent: 6, unknown: 0, skipped: 0, pending: 0 });
    expect(complaints).toEqual([]);
  });

  it("are left by hand: nobody is sent a second one, and they are counted as skipped", { timeout: 150_000 }, async () => {
    const { page, complaints, api, id, mail } = await launched();
    mail.breaks.clear();
    await page.getByRole("button", { name: "Leave them", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Leave 2 people as they are?" });
    await dialog.getByRole("button", { name: "Leave 2 people" }).click();
    await dialog.waitFor({ state: "hidden" });
    await box(page).waitFor({ state: "hidden" });
    await page.getByRole("img", { name: "Of 6: 4 sent, 2 skipped", exact: true }).waitFor(SETTLED);
    expect(mail.received.toSorted()).toEqual(ALL);
    expect(await api.campaigns.stats(id)).toMatchObject({ total: 6, sent: 4, unknown: 0, skipped: 2, pending: 0 });
    await page.getByRole("tab", { name: "Log" }).click();
    const rows = page.getByRole("row").filter({ hasText: "settled by hand" });
    await expect.poll(() => rows.count()).toBe(2);
    expect(complaints).toEqual([]);
  });

  it("are resolved one by one in the log: one sent again, one left", { timeout: 150_000 }, async () => {
    const { page, complaints, api, id, mail } = await launched();
    mail.breaks.clear();
    await page.getByRole("link", { name: "See who" }).click();
    const resolve = async (button: string, action: string, person: string) => {
      await page.getByRole("button", { name: button, exact: true }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: action, exact: true }).click();
      await dialog.waitFor({ state: "hidden" });
      await page.getByRole("link", { name: person, exact: true }).waitFor({ state: "hidden" });
    };
    await resolve("Send again to eve", "Send again to 1 person", "eve");
    await page.getByRole("link", { name: "bob", exact: true }).waitFor();
    await resolve("Leave bob", "Leave 1 person", "bob");
    await page.getByRole("tab", { name: /^(Live|Overview)$/ }).click();
    await page.getByRole("img", { name: "Of 6: 5 sent, 1 skipped", exact: true }).waitFor(SETTLED);
    expect(mail.received.toSorted()).toEqual([...ALL, "eve@example.com"].toSorted());
    expect(await api.campaigns.stats(id)).toMatchObject({ total: 6, sent: 5, unknown: 0, skipped: 1, pending: 0 });
    expect(complaints).toEqual([]);
  });
});

const box = (page: Page) => page.getByRole("heading", { name: "2 messages: nobody knows whether they were sent" });

/** The page of a campaign that is over, but for two of its six messages; its mail server took all six. */
async function launched() {
  const mail = await openMailServer();
  for (const to of LOST) mail.breaks.add(to);
  const engine = await openEngine({ SENDER_URL: mail.url });
  const id = await launch(engine.api);
  const { page, complaints } = await openPage(engine.url);
  await page.goto(`/campaign?id=${id}`);
  await box(page).waitFor(SETTLED);
  await page.getByRole("img", { name: "Of 6: 4 sent, 2 unclear", exact: true }).waitFor(SETTLED);
  expect(mail.received.toSorted()).toEqual(ALL);
  return { page, complaints, api: engine.api, id, mail };
}

async function launch(api: RemoteClient): Promise<string> {
  await api.batches.completed((await api.ingest.customers(PEOPLE)).batchId);
  const segment = await api.segments.create({ name: "Everyone", rule: { all: [] } });
  const { id } = await api.campaigns.create({
    name: "By mail",
    segmentId: segment.id,
    message: { channel: "email", subject: "Hello", body: "<p>Hi</p>" },
  });
  await api.campaigns.launch(id);
  return id;
}

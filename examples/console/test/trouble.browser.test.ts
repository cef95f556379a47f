import { describe, expect, it } from "vitest";
import { needsConsole, openEngine, openPage } from "./console.fixture.ts";
import { fill } from "./pages.fixture.ts";

const SLOW = { timeout: 45_000 };

describe("an engine without a worker", needsConsole(), () => {
  it("says so wherever something waits for one, and goes on by itself when there is one", { timeout: 120_000 }, async () => {
    const engine = await openEngine();
    const { draft } = await fill(engine.api);
    await engine.stop();
    await engine.start("serve");
    const { page, complaints } = await openPage(engine.url);
    await page.goto("/");
    await page.getByText(/No worker has been seen .*wait until one is started/).waitFor(SLOW);
    await page.goto("/operations");
    await page.getByText("No worker is alive").waitFor(SLOW);

    await page.goto(`/campaign?id=${draft.id}`);
    await page.getByRole("button", { name: "Launch to 30 people" }).click();
    const dialog = page.getByRole("dialog", { name: "Launch to 30 people?" });
    await dialog.getByText("Simulated: nobody gets a real message.").waitFor();
    await dialog.getByText(/No worker .* is alive: nothing is sent until one is/).waitFor();
    await dialog.getByRole("button", { name: "Launch to 30 people" }).click();
    await page.getByText("waits for a worker").waitFor(SLOW);

    engine.startWorker();
    await page.getByRole("img", { name: "Of 30: 30 delivered", exact: true }).waitFor(SLOW);
    await page.getByText("all well").first().waitFor(SLOW);
    expect(complaints).toEqual([]);
  });
});

describe("a draft", needsConsole(), () => {
  it("that somebody else has changed meanwhile shows both versions, and loses neither", { timeout: 90_000 }, async () => {
    const engine = await openEngine();
    const { draft } = await fill(engine.api);
    const { page, complaints } = await openPage(engine.url);
    let met = false;
    // Theirs is written between the last key here and its write.
    await page.route(`**/api/campaigns/${draft.id}`, async (route) => {
      if (route.request().method() === "PATCH" && !met) {
        met = true;
        await engine.api.campaigns.update(draft.id, { message: { ...draft.message, subject: "Theirs" } });
      }
      await route.continue();
    });
    await page.goto(`/campaign?id=${draft.id}`);
    const subject = page.getByRole("textbox", { name: "Subject", exact: true });
    await subject.fill("Mine");
    const row = page.getByRole("region", { name: "Both versions" }).getByRole("row").filter({ hasText: "Subject" });
    await row.getByText("Theirs").waitFor();
    await row.getByText("Mine").waitFor();
    expect((await engine.api.campaigns.get(draft.id)).message.subject).toBe("Theirs");

    await page.getByRole("button", { name: "Launch", exact: false }).first().click();
    await page.getByText("It can't be launched yet").waitFor();
    await page.reload();
    await row.getByText("Mine").waitFor();
    await page.getByRole("button", { name: "Keep mine" }).click();
    await page.getByText("Saved", { exact: true }).waitFor();
    await expect.poll(async () => (await engine.api.campaigns.get(draft.id)).message.subject).toBe("Mine");
    expect(complaints).toEqual([]);
  });

  it("that can't be launched says why, and leads to what is to be mended", { timeout: 60_000 }, async () => {
    const engine = await openEngine();
    const { draft } = await fill(engine.api);
    const { page } = await openPage(engine.url);
    await page.goto(`/campaign?id=${draft.id}`);
    const subject = page.getByRole("textbox", { name: "Subject", exact: true });
    await subject.fill("");
    await page.getByRole("textbox", { name: "Messages a second" }).fill("0");
    await page.getByRole("button", { name: "Launch to 30 people" }).click();
    const why = page.getByRole("alert").filter({ hasText: "It can't be launched yet" });
    await why.getByText("A number above 0, or nothing for no limit.").waitFor();
    await why.getByRole("button", { name: "Go to subject" }).click();
    await expect.poll(() => subject.evaluate((input) => input === document.activeElement)).toBe(true);
    await page.keyboard.type("Mended");
    await page.getByRole("textbox", { name: "Messages a second" }).fill("");
    await why.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Launch to 30 people" }).click();
    await page.getByRole("dialog", { name: "Launch to 30 people?" }).waitFor();
  });

  it("is kept while the computer is offline, and saved when it is back", { timeout: 90_000 }, async () => {
    const engine = await openEngine();
    const { draft } = await fill(engine.api);
    const { page, complaints } = await openPage(engine.url);
    await page.goto(`/campaign?id=${draft.id}`);
    const subject = page.getByRole("textbox", { name: "Subject", exact: true });
    await subject.waitFor();
    await page.context().setOffline(true);
    await page.getByText("This computer is offline. What you entered is kept").waitFor();
    await subject.fill("Written on a train");
    await page.getByText(/Not saved: .* Kept in this tab, and tried again/).waitFor();
    await page.context().setOffline(false);
    await page.getByText("This computer is offline").waitFor({ state: "hidden" });
    await page.getByText("Saved", { exact: true }).waitFor();
    expect((await engine.api.campaigns.get(draft.id)).message.subject).toBe("Written on a train");
    expect(complaints).toEqual([]);
  });
});

describe("a list", needsConsole(), () => {
  it("whose address names a place that is not there leads to its first page", { timeout: 60_000 }, async () => {
    const engine = await openEngine();
    await fill(engine.api);
    const { page } = await openPage(engine.url);
    for (const path of ["/customers", "/orders", "/segments", "/campaigns", "/uploads"]) {
      await page.goto(`${path}?cursor=gone`);
      await page.getByRole("button", { name: "To the first page" }).click();
      await page.getByRole("table").first().waitFor();
      expect(new URL(page.url()).searchParams.get("cursor")).toBeNull();
    }
  });
});

describe("files that wait to be sent", needsConsole(), () => {
  it("are still there after another page, as they were put right; the tab asks before it is closed", {
    timeout: 60_000,
  }, async () => {
    const engine = await openEngine();
    const { page } = await openPage(engine.url);
    await page.goto("/uploads");
    const text = "id,email,name\nada,ada@example.com,Ada Lovelace\n";
    await page
      .getByLabel("Choose files to upload")
      .setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.getByLabel("The rows are").selectOption("orders");
    const go = (name: string) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();
    await go("Customers");
    await page.getByRole("heading", { level: 1, name: "Customers" }).waitFor();
    await go("Uploads");
    await page.getByText("people.csv").first().waitFor();
    expect(await page.getByLabel("The rows are").inputValue()).toBe("orders");

    const asked = page.waitForEvent("dialog");
    const closing = page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.dismiss();
    await closing;
    await page.getByLabel("The rows are").selectOption("customers");
    await page.getByRole("button", { name: "Upload people.csv as customers" }).click();
    await page.getByRole("list", { name: "Sent from this tab" }).getByText("completed").waitFor(SLOW);
    const left = await page.evaluate(() => !window.dispatchEvent(new Event("beforeunload", { cancelable: true })));
    expect(left).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import { needsConsole, openEngine, openPage } from "./console.fixture.ts";
import { fill, PAGES } from "./pages.fixture.ts";

const API = "**/api/**";

describe("a line that is cut", needsConsole(), () => {
  it("is said on every page while the engine is stopped, and each recovers by itself", { timeout: 240_000 }, async () => {
    const engine = await openEngine();
    await fill(engine.api);
    const pages = [];
    for (const { path, heading } of PAGES) {
      const { page } = await openPage(engine.url);
      await page.goto(path);
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
      await page.getByText("all well").first().waitFor();
      pages.push({ page, path });
    }
    await engine.stop();
    for (const { page } of pages) await page.getByText("The engine doesn't answer as it should").waitFor();
    await engine.start();
    for (const { page } of pages) await page.getByText("The engine doesn't answer as it should").waitFor({ state: "hidden" });
    for (const { page } of pages) await page.getByText("all well").first().waitFor();
  });

  it("shows what was not read at first when it is back: of answers of 500, too", { timeout: 240_000 }, async () => {
    const engine = await openEngine();
    await fill(engine.api);
    for (const { path, heading } of PAGES) {
      const { page } = await openPage(engine.url);
      await page.route(API, (route) =>
        route.fulfill({
          status: 500,
          contentType: "application/problem+json",
          body: JSON.stringify({
            type: "about:blank",
            title: "Internal Server Error",
            status: 500,
            code: "internal",
            detail: "It broke.",
            requestId: "request-1",
          }),
        }),
      );
      await page.goto(path);
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
      await page.getByText("The engine doesn't answer as it should").waitFor();
      await page.unroute(API);
      await page.getByText("The engine doesn't answer as it should").waitFor({ state: "hidden" });
      await expect
        .poll(() => page.getByRole("alert").filter({ hasText: "The engine made a mistake" }).count(), { timeout: 15_000 })
        .toBe(0);
    }
  });

  it("that is slow is said, and waited for", { timeout: 240_000 }, async () => {
    const engine = await openEngine();
    await fill(engine.api);
    for (const { path, heading } of PAGES) {
      const { page } = await openPage(engine.url);
      await page.route(API, async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 3_000));
        await route.continue().catch(() => undefined);
      });
      await page.goto(path);
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
      await page.getByText("takes its time to answer").waitFor();
      await expect.poll(() => page.getByLabel("Loading").count(), { timeout: 20_000 }).toBe(0);
      await page.close();
    }
  });
});

describe("tabs", needsConsole(), () => {
  it("share the browser's connections: with eight that follow a running campaign a ninth loads", {
    timeout: 120_000,
  }, async () => {
    const engine = await openEngine({ SENDER_URL: "simulated:?delayMs=50" });
    const { segment } = await fill(engine.api);
    const slow = await engine.api.campaigns.create({
      name: "Slow",
      segmentId: segment.id,
      throttlePerSecond: 1,
      message: { channel: "email", subject: "Hello", body: "<p>Hi</p>" },
    });
    await engine.api.campaigns.launch(slow.id);
    const { page } = await openPage(engine.url);
    const tabs = [page];
    while (tabs.length < 8) tabs.push(await page.context().newPage());
    for (const tab of tabs) {
      await tab.goto(`/campaign?id=${slow.id}`);
      await tab.getByRole("heading", { level: 1, name: "Slow" }).waitFor();
    }
    const ninth = await page.context().newPage();
    await ninth.goto("/segments");
    await ninth.getByRole("link", { name: "Buyers" }).first().waitFor({ timeout: 5_000 });
  });
});

describe("an engine that wants a key", needsConsole(), () => {
  it("asks for it once, keeps it in the tab, and goes on where it was", { timeout: 60_000 }, async () => {
    const engine = await openEngine({ API_KEY: "a-key-of-this-test" });
    await fill(engine.api);
    const { page } = await openPage(engine.url);
    await page.goto("/segments");
    await page.getByRole("textbox", { name: "API key" }).fill("a-wrong-key");
    await page.getByRole("button", { name: "Use this key" }).click();
    await page.getByRole("textbox", { name: "API key" }).fill("a-key-of-this-test");
    await page.getByRole("button", { name: "Use this key" }).click();
    await page.getByRole("link", { name: "Buyers" }).first().waitFor();
    await page.goto("/customers");
    await page.getByText("p1@example.com").filter({ visible: true }).first().waitFor();
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
  });
});

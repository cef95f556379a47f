import { describe, expect, it } from "vitest";
import { violationsOf } from "./axe.fixture.ts";
import { needsConsole, openEngine, openPage } from "./console.fixture.ts";
import { fill, PAGES } from "./pages.fixture.ts";

/** On the wire, of a page that was never seen before. */
const MAX_BYTES = 300_000;
const MAX_ROWS = 200;

describe("every page", needsConsole(), () => {
  it("is free of axe's violations and of complaints of its script and policy, light and dark, with data", {
    timeout: 240_000,
  }, async () => {
    const engine = await openEngine();
    const { segment, over, draft, ordersBatch } = await fill(engine.api);
    const paths = [
      ...PAGES.map(({ path }) => path),
      `/segment?id=${segment.id}`,
      ...["members", "used-by"].map((tab) => `/segment?id=${segment.id}&tab=${tab}`),
      "/segment",
      `/campaign?id=${draft.id}`,
      `/campaign?id=${over.id}`,
      ...["report", "log"].map((tab) => `/campaign?id=${over.id}&tab=${tab}`),
      "/customers?search=p1",
      "/customer?id=p1",
      "/orders?tab=analytics",
      "/order?id=o1",
      `/upload?id=${ordersBatch}`,
      "/operations?tab=dead-letters",
      "/nowhere",
    ];
    for (const colorScheme of ["light", "dark"] as const) {
      const { page, complaints } = await openPage(engine.url, { colorScheme });
      for (const path of paths) {
        await page.goto(path);
        await page.getByRole("heading", { level: 1 }).first().waitFor();
        await page.waitForLoadState("networkidle", { timeout: 3_000 }).catch(() => undefined);
        expect({ path, colorScheme, violations: await violationsOf(page) }).toEqual({ path, colorScheme, violations: [] });
        expect(await page.locator("tr").count()).toBeLessThanOrEqual(MAX_ROWS);
      }
      expect(complaints).toEqual([]);
    }
  });

  it("follows any other in one tab, where what was read is shared", { timeout: 120_000 }, async () => {
    const engine = await openEngine();
    const { segment, over, draft } = await fill(engine.api);
    const { page, complaints } = await openPage(engine.url);
    await page.goto("/");
    const links = [
      `/segment?id=${segment.id}`,
      `/campaign?id=${draft.id}`,
      `/campaign?id=${over.id}`,
      "/customer?id=p1",
      "/order?id=o1",
      ...PAGES.map(({ path }) => path),
    ];
    for (const href of [...links, ...links.toReversed()]) {
      // A link of the page itself, so that nothing is loaded anew.
      await page.evaluate(
        (to) => (window as unknown as { next: { router: { push(to: string): void } } }).next.router.push(to),
        href,
      );
      await page.waitForURL((url) => `${url.pathname}${url.search}` === href);
      await page.waitForLoadState("networkidle", { timeout: 2_000 }).catch(() => undefined);
      expect({ href, broken: await page.getByText("This page broke").count() }).toEqual({ href, broken: 0 });
    }
    expect(complaints).toEqual([]);
  });

  it("fits a narrow screen: nothing is wider than it", { timeout: 120_000 }, async () => {
    const engine = await openEngine();
    await fill(engine.api);
    const { page } = await openPage(engine.url, { viewport: { width: 390, height: 844 } });
    for (const { path, heading } of PAGES) {
      await page.goto(path);
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
      const { wide, screen } = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth,
        screen: window.innerWidth,
      }));
      expect({ path, tooWide: Math.max(0, wide - screen) }).toEqual({ path, tooWide: 0 });
    }
  });

  it(`takes at most ${MAX_BYTES / 1_000} kB on the wire when it is first seen`, { timeout: 120_000 }, async () => {
    const engine = await openEngine();
    const { segment, draft } = await fill(engine.api);
    for (const path of [
      ...PAGES.map((page) => page.path),
      `/segment?id=${segment.id}`,
      `/campaign?id=${draft.id}`,
      "/customer?id=p1",
    ]) {
      const { page } = await openPage(engine.url);
      const wire = await page.context().newCDPSession(page);
      await wire.send("Network.enable");
      // What is loaded when it is shown, such as an editor, is asked for by a script, sooner or later.
      const later = new Set<string>();
      wire.on("Network.requestWillBeSent", ({ requestId, initiator, request }) => {
        if (initiator.type === "script" && request.url.includes("/_next/static/")) later.add(requestId);
      });
      let bytes = 0;
      wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
        if (!later.has(requestId)) bytes += encodedDataLength;
      });
      await page.goto(path, { waitUntil: "load" });
      await page.getByRole("heading", { level: 1 }).first().waitFor();
      expect({ path, tooMuch: Math.max(0, bytes - MAX_BYTES) }).toEqual({ path, tooMuch: 0 });
      await page.close();
    }
  });
});

import { pages, type RemoteClient } from "@crm-engine/client";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { NO_RETAIL_FILE, retailFile } from "../../../test/retail-file.ts";
import { addBought } from "./builder.fixture.ts";
import { needsConsole, openEngine, openPage } from "./console.fixture.ts";

/** Counted apart from the engine, on the file's lines. */
const HEART_BUYERS = 35;
const DECEMBER_ONLY = 119;

describe("with a shop's year of orders", needsConsole(), () => {
  it("uploads them, describes two audiences by clicking, writes to one, and finds each message", {
    timeout: 400_000,
  }, async (test) => {
    const file = retailFile;
    if (file === undefined) return test.skip(NO_RETAIL_FILE);
    const engine = await openEngine({ CURRENCY: "GBP" });
    const { page, complaints } = await openPage(engine.url);
    const go = (name: string) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();

    await page.goto("/");
    await page.getByRole("heading", { name: "There is nobody here yet" }).waitFor();
    await page.getByRole("link", { name: "Upload", exact: true }).click();
    await page.getByLabel("Choose files to upload").setInputFiles(file);
    await expect.poll(() => page.getByLabel("How rows become orders").inputValue()).toBe("online-retail");
    await page.getByRole("button", { name: /^Upload .* as orders$/ }).click();
    const row = page.getByRole("row").filter({ hasText: "541,909" });
    await row.getByText("406,829").waitFor({ timeout: 180_000 });
    await row.getByText("135,080").waitFor();
    await giveAddresses(engine.api);

    await go("Segments");
    await page.getByRole("link", { name: "New segment" }).first().click();
    await page.getByRole("textbox", { name: "Name" }).fill("Heart buyers");
    await addBought(page, {
      place: 1,
      where: [
        { field: "sku", name: "Product (SKU)", is: "85123A" },
        { field: "placedAt", name: "Placed", after: "2011-09-10" },
      ],
      comparison: "at least",
      times: 3,
    });
    await shows(page, HEART_BUYERS);
    await page.getByRole("button", { name: "Create the segment" }).click();
    await page.getByRole("tab", { name: "Members" }).waitFor();
    await sizeIsTheApis(page, engine.api, "Heart buyers", HEART_BUYERS);

    await go("Segments");
    await page.getByRole("link", { name: "New segment" }).first().click();
    await page.getByRole("textbox", { name: "Name" }).fill("Only in December 2010");
    await addBought(page, {
      place: 1,
      where: [{ field: "placedAt", name: "Placed", between: ["2010-12-01", "2011-01-01"] }],
      comparison: "at least",
      times: 1,
    });
    await addBought(page, {
      place: 2,
      where: [{ field: "placedAt", name: "Placed", after: "2010-12-31" }],
      comparison: "exactly",
      times: 0,
    });
    await shows(page, DECEMBER_ONLY);
    await page.getByRole("button", { name: "Create the segment" }).click();
    await page.getByRole("tab", { name: "Members" }).waitFor();
    await sizeIsTheApis(page, engine.api, "Only in December 2010", DECEMBER_ONLY);

    await go("Campaigns");
    await page.getByRole("button", { name: "New campaign" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Hearts");
    await dialog.getByLabel("Who gets it").selectOption({ label: "Heart buyers" });
    await dialog.getByRole("button", { name: "Create draft" }).click();
    await page.getByRole("textbox", { name: "Subject" }).fill("For you, {{ customer.name }}");
    await page.getByText(/For you, Customer \d+/).waitFor();

    await page.getByRole("button", { name: "Schedule", exact: true }).click();
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);
    await dialog.getByLabel("Starts at").fill(tomorrow);
    await dialog.getByRole("button", { name: "Schedule it" }).click();
    await page.getByRole("button", { name: "Unschedule and edit" }).click();

    await page.getByRole("button", { name: `Launch to ${HEART_BUYERS} people` }).click();
    await dialog.getByRole("button", { name: `Launch to ${HEART_BUYERS} people` }).click();
    await page.getByText("every recipient is accounted for").first().waitFor({ timeout: 60_000 });

    await page.getByRole("tab", { name: "Log" }).click();
    const person = page.getByRole("table").getByRole("link").first();
    await person.click();
    await page.getByText("May I write to them now?").waitFor();
    await page.getByRole("link", { name: "Hearts" }).first().waitFor();

    await go("Dashboard");
    await page.getByRole("link", { name: "Hearts" }).first().waitFor();
    await page.getByText("4,372").first().waitFor();
    expect(complaints).toEqual([]);
  });
});

/** The file has none. */
async function giveAddresses(api: RemoteClient): Promise<void> {
  const people: { readonly id: string; readonly name: string; readonly email: string }[] = [];
  for await (const { id } of pages((page) => api.customers.list(page))) {
    people.push({ id, name: `Customer ${id}`, email: `c${id}@example.com` });
  }
  expect(people).toHaveLength(4_372);
  await api.batches.completed((await api.ingest.customers(people)).batchId);
}

async function shows(page: Page, count: number): Promise<void> {
  await page.getByText(`${count} customers`).first().waitFor();
}

async function sizeIsTheApis(page: Page, api: RemoteClient, name: string, count: number): Promise<void> {
  const id = new URL(page.url()).searchParams.get("id") ?? "";
  const { name: saved, rule } = await api.segments.get(id);
  const estimate = await api.segments.estimate({ rule });
  expect({ saved, count: estimate.count, exact: estimate.exact }).toEqual({ saved: name, count, exact: true });
}

import { describe, expect, it } from "vitest";
import { needsConsole, openEngine, openPage } from "./console.fixture.ts";
import { expectFocus, tabTo } from "./keyboard.fixture.ts";
import { fill } from "./pages.fixture.ts";

/** Of those that `fill` adds: each third of a person has 50 and twice their number. */
const BIG = 4;

describe("by the keyboard alone", needsConsole(), () => {
  it("an audience is described, and a campaign written, launched and followed to its end", { timeout: 180_000 }, async () => {
    const engine = await openEngine();
    await fill(engine.api);
    const { page, complaints } = await openPage(engine.url);
    const { keyboard } = page;
    await page.goto("/");
    // The keys are listened to from then on.
    await page.getByText("all well").first().waitFor();

    await keyboard.press("g");
    await keyboard.press("s");
    await page.getByRole("heading", { level: 1, name: "Segments" }).waitFor();
    await tabTo(page, "link", "New segment");
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "New segment" }).waitFor();
    await tabTo(page, "textbox", "Name");
    await keyboard.type("Big spenders");
    await tabTo(page, "button", "Add condition");
    await keyboard.press("Enter");
    await expectFocus(page.getByRole("combobox", { name: "1: what", exact: true }));
    await keyboard.type("total spen");
    await page.getByRole("listbox", { name: "1: what", exact: true }).getByRole("option").first().waitFor();
    await keyboard.press("Enter");
    await tabTo(page, "combobox", "1: operator");
    const operator = page.getByRole("combobox", { name: "1: operator", exact: true }).locator("option:checked");
    for (const [key, words] of [
      ["ArrowDown", "is at least"],
      ["ArrowUp", "is over"],
    ] as const) {
      await keyboard.press(key);
      await expect.poll(() => operator.textContent()).toBe(words);
    }
    await tabTo(page, "textbox", "1: Total spend");
    await keyboard.type("100");
    await page.getByText(`${BIG} customers`).first().waitFor();
    await tabTo(page, "button", "Create the segment", { back: true });
    await keyboard.press("Enter");
    await page.getByRole("tab", { name: "Members" }).waitFor();

    await keyboard.press("g");
    await keyboard.press("c");
    await page.getByRole("heading", { level: 1, name: "Campaigns" }).waitFor();
    await tabTo(page, "button", "New campaign");
    await keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await expectFocus(dialog.getByRole("textbox", { name: "Name" }));
    await keyboard.type("Thanks");
    await tabTo(page, "combobox", "Who gets it");
    await keyboard.press("ArrowDown");
    await dialog.locator("select:open").waitFor();
    await keyboard.type("Big");
    await keyboard.press("Enter");
    await dialog.getByRole("link", { name: "Big spenders" }).waitFor();
    await tabTo(page, "button", "Create draft");
    await keyboard.press("Enter");

    await page.getByRole("heading", { level: 1, name: "Thanks" }).waitFor();
    await tabTo(page, "textbox", "Subject");
    await keyboard.press("ControlOrMeta+a");
    await keyboard.type("Thank you, ");
    await tabTo(page, "combobox", "Insert a variable into subject", { back: true });
    await keyboard.press("ArrowDown");
    await page.locator("select:open").waitFor();
    await keyboard.type("customer.name");
    await keyboard.press("Enter");
    const subject = page.getByRole("textbox", { name: "Subject", exact: true });
    await expectFocus(subject);
    await expect.poll(() => subject.inputValue()).toBe("Thank you, {{ customer.name }}");
    await tabTo(page, "textbox", "Body");
    // An editor of code keeps no one in it.
    await tabTo(page, "textbox", "Messages a second");
    await tabTo(page, "button", `Launch to ${BIG} people`, { back: true });
    await keyboard.press("Enter");
    await page.getByRole("dialog", { name: `Launch to ${BIG} people?` }).waitFor();
    await tabTo(page, "button", `Launch to ${BIG} people`);
    await keyboard.press("Enter");
    await page.getByRole("tab", { name: "Overview" }).waitFor({ timeout: 45_000 });
    await page.getByRole("img", { name: `Of ${BIG}: ${BIG} delivered`, exact: true }).waitFor({ timeout: 45_000 });
    const id = new URL(page.url()).searchParams.get("id") ?? "";
    expect(await engine.api.campaigns.get(id)).toMatchObject({
      status: "completed",
      message: { subject: "Thank you, {{ customer.name }}" },
    });
    expect(complaints).toEqual([]);
  });

  it("a customer is found by /, and the help by ?; Escape gives the focus back", { timeout: 120_000 }, async () => {
    const engine = await openEngine();
    await fill(engine.api);
    const { page, complaints } = await openPage(engine.url);
    const { keyboard } = page;
    await page.goto("/");
    await page.getByText("all well").first().waitFor();
    const help = page.getByRole("dialog", { name: "Keys and help" });

    await tabTo(page, "link", "Orders");
    await keyboard.press("?");
    await help.waitFor();
    await expect.poll(() => help.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true);
    await keyboard.press("Escape");
    await help.waitFor({ state: "hidden" });
    await expectFocus(page.getByRole("link", { name: "Orders", exact: true }));

    await tabTo(page, "button", "Help and keys (?)");
    await keyboard.press("Enter");
    await help.waitFor();
    await keyboard.press("Escape");
    await help.waitFor({ state: "hidden" });
    await expectFocus(page.getByRole("button", { name: "Help and keys (?)" }));

    await keyboard.press("/");
    const search = page.getByRole("searchbox", { name: "Find a customer" });
    await expectFocus(search);
    // Of a text they are letters.
    await keyboard.type("g s?/");
    expect(await search.inputValue()).toBe("g s?/");
    await keyboard.press("ControlOrMeta+a");
    await keyboard.type("p17");
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Customers" }).waitFor();
    await tabTo(page, "link", "Person 17");
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Person 17" }).waitFor();
    expect(await help.count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

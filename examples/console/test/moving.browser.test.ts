import { describe, expect, it } from "vitest";
import { needsConsole, openEngine, openPage } from "./console.fixture.ts";
import { expectFocus, tabTo } from "./keyboard.fixture.ts";

const spent = { field: "totalSpend", op: "gt", value: 1_000 } as const;
const named = { field: "name", op: "eq", value: "Ada" } as const;
const ordered = { field: "orderCount", op: "gte", value: 2 } as const;

describe("a condition", needsConsole(), () => {
  it("is moved up and down, into a group and out of it, by keys and by its buttons", { timeout: 90_000 }, async () => {
    const engine = await openEngine();
    const { id } = await engine.api.segments.create({ name: "Moved", rule: { all: [spent, named, { any: [ordered] }] } });
    const { page, complaints } = await openPage(engine.url);
    await page.goto(`/segment?id=${id}`);
    const saved = async () => {
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await page.getByText("unsaved changes").waitFor({ state: "hidden" });
      return (await engine.api.segments.get(id)).rule;
    };

    await page.getByRole("button", { name: "Move down: 1", exact: true }).click();
    expect(await saved()).toEqual({ all: [named, spent, { any: [ordered] }] });

    // Past a group is into it, and past its end out of it.
    await tabTo(page, "textbox", "2: Total spend");
    await page.keyboard.press("Alt+ArrowDown");
    await expectFocus(page.getByRole("button", { name: "Move down: 2.1", exact: true }));
    expect(await saved()).toEqual({ all: [named, { any: [spent, ordered] }] });
    await page.getByRole("button", { name: "Move up: 2.1", exact: true }).focus();
    await page.keyboard.press("Alt+ArrowUp");
    await page.getByRole("button", { name: "Move up: 2", exact: true }).waitFor();
    expect(await saved()).toEqual({ all: [named, spent, { any: [ordered] }] });

    await page.getByRole("button", { name: "More: 1", exact: true }).click();
    await page.getByRole("menuitem", { name: "Put into a group" }).click();
    expect(await saved()).toEqual({ all: [{ all: [named] }, spent, { any: [ordered] }] });
    await page.getByRole("button", { name: "Move up: 1.1", exact: true }).click();
    await page.getByRole("button", { name: "Remove: Group 2", exact: true }).click();
    expect(await saved()).toEqual({ all: [named, spent, { any: [ordered] }] });
    await page.getByRole("button", { name: "More: Group 3", exact: true }).click();
    await page.getByRole("menuitem", { name: "Take out of the group" }).click();
    expect(await saved()).toEqual({ all: [named, spent, ordered] });
    expect(complaints).toEqual([]);
  });
});

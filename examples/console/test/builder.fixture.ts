import type { Page } from "playwright-core";

/** Picks one of a searched list by typing a part of its name. */
export async function choose(page: Page, box: string, text: string): Promise<void> {
  await page.getByRole("combobox", { name: box, exact: true }).fill(text);
  await page.getByRole("listbox", { name: box, exact: true }).getByRole("option").first().click();
}

export type OrderTest =
  | { readonly field: string; readonly name: string; readonly is: string }
  | { readonly field: string; readonly name: string; readonly after: string }
  | { readonly field: string; readonly name: string; readonly between: readonly [string, string] };

export interface Bought {
  /** Of the condition in the rule. */
  readonly place: number;
  readonly where: readonly OrderTest[];
  readonly comparison: string;
  readonly times: number;
}

/** "Bought at least 3 times, orders that meet …", by clicks. */
export async function addBought(page: Page, { place, where, comparison, times }: Bought): Promise<void> {
  const form = page.getByRole("form", { name: "The rule", exact: true });
  await form.waitFor();
  if (!(await page.getByRole("combobox", { name: `${place}: what`, exact: true }).isVisible())) {
    await form.getByRole("button", { name: "Add condition", exact: true }).click();
  }
  await choose(page, `${place}: what`, "Bought");
  await page.getByRole("combobox", { name: `${place}: which orders` }).selectOption("where");
  for (const [index, test] of where.entries()) {
    const at = `${place}, orders ${index + 1}`;
    await page.getByRole("button", { name: `Add condition to ${place}, orders`, exact: true }).click();
    await choose(page, `${at}: what`, test.field);
    const operator = page.getByRole("combobox", { name: `${at}: operator`, exact: true });
    const box = (name: string) => page.getByRole("textbox", { name: `${at}: ${name}`, exact: true });
    if ("is" in test) {
      await operator.selectOption({ label: "is" });
      await box(test.name).fill(test.is);
    } else if ("after" in test) {
      await operator.selectOption({ label: "is after" });
      await box(test.name).fill(test.after);
    } else {
      await operator.selectOption({ label: "is between" });
      await box(`${test.name}: from`).fill(test.between[0]);
      await box(`${test.name}: to`).fill(test.between[1]);
    }
  }
  await page.getByRole("combobox", { name: `${place}: comparison` }).selectOption({ label: comparison });
  await page.getByRole("textbox", { name: String(place), exact: true }).fill(String(times));
}

import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** More than any page has to tab through. */
const MAX_TABS = 120;

type Role = Parameters<Page["getByRole"]>[0];

/**
 * Tabs to the control of a role and a name, as somebody without a mouse does; fails where the tab key never gets there. Says where the
 * focus went instead.
 */
export async function tabTo(
  page: Page,
  role: Role,
  name: string,
  { back = false }: { readonly back?: boolean } = {},
): Promise<Locator> {
  const wanted = page.getByRole(role, { name, exact: true, disabled: false });
  await wanted.first().waitFor();
  const passed: string[] = [];
  for (let tabs = 0; tabs <= MAX_TABS; tabs++) {
    if (await hasFocus(wanted)) return wanted.and(page.locator(":focus"));
    await page.keyboard.press(back ? "Shift+Tab" : "Tab");
    passed.push(await focused(page));
  }
  throw new Error(`Tab never reaches ${role} ${JSON.stringify(name)}; it passes ${passed.slice(0, 60).join(", ")}`);
}

const hasFocus = (wanted: Locator): Promise<boolean> =>
  wanted.evaluateAll((elements) => document.activeElement !== null && elements.includes(document.activeElement as HTMLElement));

function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const active = document.activeElement;
    const name = active?.getAttribute("aria-label") ?? active?.textContent ?? "";
    return `${active?.tagName.toLowerCase()} ${JSON.stringify(name.trim().slice(0, 30))}`;
  });
}

/** Waits until what was opened or closed has put the focus there. */
export async function expectFocus(wanted: Locator): Promise<void> {
  await expect.poll(() => hasFocus(wanted), { timeout: 15_000 }).toBe(true);
}

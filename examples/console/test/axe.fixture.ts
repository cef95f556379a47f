import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

let source: Promise<string> | undefined;

/** What axe finds wrong with what the page shows now: `rule: where, and why`. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  source ??= readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  // Evaluated by the debugger, which no policy of the page forbids.
  await page.evaluate(await source);
  const violations: readonly Violation[] = await page.evaluate(
    // biome-ignore lint/suspicious/noExplicitAny: axe puts itself on the window
    async () => (await (window as any).axe.run(document, { resultTypes: ["violations"] })).violations,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
  );
}

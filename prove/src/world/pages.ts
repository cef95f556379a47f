import type { Page, PageRequest } from "@crm-engine/core";
import { patiently } from "./patiently.js";

const PAGE = 1_000;

/** Every item of a list. */
export async function allPages<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const request = { limit: PAGE, ...(typeof cursor === "string" ? { cursor } : {}) };
    const page: Page<T> = await patiently(() => list(request));
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

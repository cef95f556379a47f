import { hasCode } from "../../errors.js";
import type { Page, PageRequest } from "../../ports/page.js";
import { readAll } from "../expect.js";

/** Pages by counting rows, which moves under the reader's feet. */
export function byOffset<T>(list: (page: PageRequest) => Promise<Page<T>>): (page: PageRequest) => Promise<Page<T>> {
  return async ({ limit, cursor }) => {
    const all = await readAll(1_000, list);
    const from = Number(cursor ?? 0);
    return { items: all.slice(from, from + limit), nextCursor: from + limit < all.length ? `${from + limit}` : null };
  };
}

/** The newest first where the oldest should be, and the other way round. */
export async function backwards<T>(page: Promise<Page<T>>): Promise<Page<T>> {
  const { items, nextCursor } = await page;
  return { items: [...items].reverse(), nextCursor };
}

/** A bad cursor starts from the beginning. */
export function forgiving<T>(list: (page: PageRequest) => Promise<Page<T>>): (page: PageRequest) => Promise<Page<T>> {
  return async (page) =>
    list(page).catch((error) => (hasCode(error, "invalid") ? list({ limit: page.limit }) : Promise.reject(error)));
}

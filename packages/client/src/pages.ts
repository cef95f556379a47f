import type { Page, PageRequest } from "@crm-engine/core";

/**
 * Every item of a list, read page by page as it is asked for; `limit` is the size of a page, 500. Of an engine or a client:
 * `for await (const customer of pages((page) => client.customers.list(page)))`.
 */
export async function* pages<T>(
  list: (page: PageRequest) => Promise<Page<T>>,
  { limit = 500 }: { readonly limit?: number } = {},
): AsyncGenerator<T, void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await list({ limit, ...(cursor === undefined ? {} : { cursor }) });
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

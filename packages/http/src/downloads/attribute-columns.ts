import type { Customer, Page, PageRequest } from "@crm-engine/core";

const PAGE_SIZE = 500;
/** More columns than this no spreadsheet takes well, and a header has to fit into a row. */
const MAX_COLUMNS = 2_000;
const MAX_HEADER_LENGTH = 200_000;

/**
 * The names of attributes that customers have, sorted: a header comes before its rows. The customers are read page by page, and no
 * more is kept than the names, of which there is a bound: those beyond it get no column, nor does one that a header can't hold. At the
 * signal it rejects with the signal's reason.
 */
export async function attributeColumns(
  read: (request: PageRequest) => Promise<Page<Customer>>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  let length = 0;
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    const page = await read({ limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) });
    for (const name of page.items.flatMap(({ attributes }) => Object.keys(attributes))) {
      if (names.has(name) || name !== name.trimEnd()) continue;
      length += name.length;
      if (names.size === MAX_COLUMNS || length > MAX_HEADER_LENGTH) return sorted(names);
      names.add(name);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return sorted(names);
}

function sorted(names: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...names].sort());
}

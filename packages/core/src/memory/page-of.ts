import type { Page, PageRequest } from "../ports/page.js";
import { decodeCursor, encodeCursor } from "../ports/page.js";
import type { OrderedMap } from "./ordered-map.js";

/** A page of the rows that pass the test, by key. */
export function pageByKey<V>(
  rows: OrderedMap<V>,
  { limit, cursor }: PageRequest,
  holds: (row: V) => boolean = () => true,
): Page<V> {
  const items: V[] = [];
  let last: string | undefined;
  for (const key of rows.keysAfter(cursor === undefined ? undefined : decodeCursor(cursor, ["string"])[0])) {
    const row = rows.get(key);
    if (row === undefined || !holds(row)) continue;
    if (items.length === limit) return { items, nextCursor: last === undefined ? null : encodeCursor([last]) };
    items.push(row);
    last = key;
  }
  return { items, nextCursor: null };
}

/** A page of rows, newest first: by time, then by id, both descending. */
export function pageByAge<V extends { readonly id: string }>(
  rows: Iterable<V>,
  timeOf: (row: V) => number,
  { limit, cursor }: PageRequest,
): Page<V> {
  const [time, id] = cursor === undefined ? [Number.POSITIVE_INFINITY, ""] : decodeCursor(cursor, ["number", "string"]);
  const rest = [...rows].filter((row) => timeOf(row) < time || (timeOf(row) === time && row.id < id));
  rest.sort((a, b) => timeOf(b) - timeOf(a) || (a.id < b.id ? 1 : -1));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: last === undefined || rest.length <= limit ? null : encodeCursor([timeOf(last), last.id]) };
}

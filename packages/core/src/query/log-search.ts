import type { StoredCommunication } from "../model/communication-log.js";
import { foldText } from "./condition/condition.js";
import { isRowWanted, type RowFilter, type RowSearch } from "./condition/row-filter.js";
import { dialledDigits, prefixEnd } from "./customer-search.js";

/** Where a page of found rows ends: by what the last was read, its address where that is it, and its customer's id. */
export type FoundKey = readonly [by: string, address: string, customerId: string];
export const FOUND_KEY = ["string", "string", "string"] as const;

/**
 * Rows of the campaign to be read by an index: those whose customer's id, or address, is within `[from, end)`, in its order (of one address,
 * by customer's id), after the key, up to the limit.
 */
export interface RowLook {
  readonly by: keyof RowSearch;
  readonly from: string;
  readonly end: string | undefined;
  readonly after: { readonly address: string; readonly customerId: string } | undefined;
  readonly limit: number;
}

interface FoundRows {
  readonly rows: readonly StoredCommunication[];
  readonly next: FoundKey | undefined;
}

/** So many rows are looked at for a page that a status or reason narrows down; for others, one more than it shows. */
const LOOKED_AT = 1_000;

/** What a person types, as the beginning of an id or of an address as it is kept. */
export function rowSearch(text: string): RowSearch {
  const typed = text.trim();
  const digits = dialledDigits(typed);
  return { customerId: typed, address: digits === "" ? foldText(typed) : `+${digits}` };
}

/**
 * A page of the rows that begin so, each once: first by customer's id, then by address, without those that were found by their id. It asks
 * for one look or two, of a bounded length, whatever there is: so a page may have fewer rows than its limit, or none, and not be the last.
 */
export function* findRows(
  search: RowSearch,
  filter: RowFilter,
  page: { readonly limit: number; readonly after: FoundKey | undefined },
): Generator<RowLook, FoundRows, readonly StoredCommunication[]> {
  const [by = "customerId", address = "", customerId = ""] = page.after ?? [];
  const isNarrowed = filter.status !== undefined || filter.reason !== undefined;
  const limit = isNarrowed ? Math.max(LOOKED_AT, page.limit + 1) : page.limit + 1;
  const fields = by === "address" ? (["address"] as const) : (["customerId", "address"] as const);
  const rows: StoredCommunication[] = [];
  for (const field of fields) {
    const from = search[field];
    const after = by === field && customerId !== "" ? { address, customerId } : undefined;
    const seen = yield { by: field, from, end: prefixEnd(from), after, limit };
    const isNew = (row: StoredCommunication) => field === "customerId" || !row.customerId.startsWith(search.customerId);
    const wanted = seen.filter((row) => isRowWanted(row, filter) && isNew(row));
    const room = page.limit - rows.length;
    rows.push(...wanted.slice(0, room));
    const isFull = wanted.length > room;
    if (isFull || seen.length === limit) return { rows, next: keyOf(field, isFull ? wanted[room - 1] : seen.at(-1)) };
  }
  return { rows, next: undefined };
}

/** Without a row, before the first. */
function keyOf(by: keyof RowSearch, row: StoredCommunication | undefined): FoundKey {
  return [by, by === "address" ? (row?.to ?? "") : "", row?.customerId ?? ""];
}

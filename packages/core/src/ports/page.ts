import { invalid } from "../errors.js";

/** A keyset page: everything once, in order, however rows are added meanwhile. `cursor` is opaque, from the page before. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

type Key = readonly (string | number)[];
type KeyOf<T extends readonly ("string" | "number")[]> = { readonly [I in keyof T]: T[I] extends "number" ? number : string };

const WHOLE_PAGE = 500;

/** The key that a keyset page ended with, as an opaque text that is safe in a URL. */
export function encodeCursor(key: Key): string {
  const bytes = new TextEncoder().encode(JSON.stringify(key));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Reads a cursor back as a key of these types; anything else is `invalid`. */
export function decodeCursor<const T extends readonly ("string" | "number")[]>(cursor: string, types: T): KeyOf<T> {
  const key = readKey(cursor);
  if (key?.length === types.length && key.every((part, index) => isPart(part, types[index]))) return key as KeyOf<T>;
  throw invalid([{ path: "cursor", message: "is not a cursor of this list" }]);
}

/** The key after which a page begins; undefined for the first page. */
export function readCursor<const T extends readonly ("string" | "number")[]>(
  cursor: string | undefined,
  types: T,
): KeyOf<T> | undefined {
  return cursor === undefined ? undefined : decodeCursor(cursor, types);
}

/** A page of rows that were read with one more than the limit; its cursor is the key of the last row shown. */
export function pageOf<R, T>(rows: readonly R[], { limit }: PageRequest, keyOf: (row: R) => Key, itemOf: (row: R) => T): Page<T> {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { items: shown.map(itemOf), nextCursor: last === undefined ? null : encodeCursor(keyOf(last)) };
}

/** Every item of a list, page by page. */
export async function readWhole<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit: WHOLE_PAGE, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

/** JSON can say a number that is none: 1e999. */
function isPart(part: unknown, type: "string" | "number" | undefined): boolean {
  return typeof part === type && (typeof part !== "number" || Number.isFinite(part));
}

function readKey(cursor: string): readonly unknown[] | undefined {
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    const key: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return Array.isArray(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

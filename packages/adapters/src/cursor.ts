import { CrmError, type Page, type PageRequest } from "@crm-engine/core";

type Key = readonly (string | number)[];
type KeyOf<T extends readonly ("string" | "number")[]> = { readonly [I in keyof T]: T[I] extends "number" ? number : string };

/** The key after which a page begins; undefined for the first page. A cursor that is not a key of these types is `invalid`. */
export function readCursor<const T extends readonly ("string" | "number")[]>(
  cursor: string | undefined,
  types: T,
): KeyOf<T> | undefined {
  if (cursor === undefined) return undefined;
  const key = parseKey(cursor);
  if (key?.length === types.length && key.every((part, index) => typeof part === types[index])) return key as KeyOf<T>;
  const message = "is not a cursor of this list";
  throw new CrmError("invalid", `cursor: ${message}`, { details: { issues: [{ path: "cursor", message }] } });
}

/** A page of rows that were read with one more than the limit; its cursor is the key of the last row shown. */
export function pageOf<R, T>(rows: readonly R[], { limit }: PageRequest, keyOf: (row: R) => Key, itemOf: (row: R) => T): Page<T> {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { items: shown.map(itemOf), nextCursor: last === undefined ? null : writeCursor(keyOf(last)) };
}

function writeCursor(key: Key): string {
  return Buffer.from(JSON.stringify(key), "utf8").toString("base64url");
}

function parseKey(cursor: string): readonly unknown[] | undefined {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    return Array.isArray(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

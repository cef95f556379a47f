import { invalid } from "../errors.js";

type KeyOf<T extends readonly ("string" | "number")[]> = { readonly [I in keyof T]: T[I] extends "number" ? number : string };

/** The key that a keyset page ended with, as an opaque text that is safe in a URL. */
export function encodeCursor(key: readonly (string | number)[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify(key));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Reads a cursor back as a key of these types; anything else is `invalid`. */
export function decodeCursor<const T extends readonly ("string" | "number")[]>(cursor: string, types: T): KeyOf<T> {
  const key = readKey(cursor);
  if (key?.length === types.length && key.every((part, index) => typeof part === types[index])) return key as KeyOf<T>;
  throw invalid([{ path: "cursor", message: "is not a cursor of this list" }]);
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

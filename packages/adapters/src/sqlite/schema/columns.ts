import { type AddressField, type Channel, foldText, type Stamps } from "@crm-engine/core/ports";
import type { Row, SqlValue } from "../database/driver.js";

/** The column of a field. */
export function snakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The column of an address's keyed hash. */
export function hashColumn(field: AddressField): string {
  return `${snakeCase(field)}_hash`;
}

/** Whether others have, or had, the address too. It is set once and stays: who counts by it looks at the addresses. */
export function sharesColumn(field: AddressField): string {
  return `shares_${snakeCase(field)}`;
}

/** The columns of what a record knows of its address's suppression. */
export function markColumns(channel: Channel): { readonly refusal: string; readonly version: string } {
  return { refusal: `mark_${channel}`, version: `mark_${channel}_version` };
}

/** A column as an optional property: absent where it is null. */
export function optionalText<K extends string>(key: K, value: SqlValue | undefined): { readonly [P in K]?: string } {
  return (typeof value === "string" ? { [key]: value } : {}) as { readonly [P in K]?: string };
}

export function optionalNumber<K extends string>(key: K, value: SqlValue | undefined): { readonly [P in K]?: number } {
  return (typeof value === "number" ? { [key]: value } : {}) as { readonly [P in K]?: number };
}

export function parseJson<T>(value: SqlValue | undefined): T {
  return JSON.parse(String(value)) as T;
}

/** The folded form of a text, for the column beside it: null where folding changes nothing. */
export function folded(value: string): string | null {
  const text = foldText(value);
  return text === value ? null : text;
}

export function withFolded(value: string | undefined): readonly [SqlValue, SqlValue] {
  return value === undefined ? [null, null] : [value, folded(value)];
}

export function placeholders(count: number): string {
  return Array.from({ length: count }, () => "?").join(", ");
}

/** What became of a record, by rows' stamps. */
export const STAMP_COLUMNS = ["first_stamp", "stamp", "changed_stamp"] as const;

export function stampsOf(row: Row): Stamps {
  return { firstStamp: Number(row.first_stamp), stamp: Number(row.stamp), changedStamp: Number(row.changed_stamp) };
}

/** The values of `STAMP_COLUMNS`. */
export function stampValues({ firstStamp, stamp, changedStamp }: Stamps): readonly SqlValue[] {
  return [firstStamp, stamp, changedStamp];
}

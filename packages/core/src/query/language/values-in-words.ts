const LISTED = 5;

/** A text or number as a description says it; what is neither, as JSON. Texts of several words are quoted. */
export function scalarInWords(value: unknown, currency?: string): string {
  if (typeof value === "number") return `${numberInWords(value)}${currency === undefined ? "" : ` ${currency}`}`;
  if (typeof value !== "string") return JSON.stringify(value) ?? "nothing";
  return /^[\p{L}\p{N}][\p{L}\p{N}@._:+-]*$/u.test(value) ? value : quoted(value);
}

/** "a, b, c, d, e and 2 more". */
export function listInWords(values: readonly unknown[], itemInWords: (value: unknown) => string): string {
  const shown = values.slice(0, LISTED).map(itemInWords);
  const more = values.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${numberInWords(more)} more` : shown.join(", ");
}

export function numberInWords(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 20 });
}

export function quoted(text: string): string {
  return JSON.stringify(text);
}

const encoder = new TextEncoder();

/** Bytes of a value's JSON in UTF-8: what it weighs as a message or, about, in a store. */
export function jsonBytes(value: unknown): number {
  return utf8Bytes(JSON.stringify(value));
}

export function utf8Bytes(text: string): number {
  return encoder.encode(text).length;
}

/** Whether a text has more than so many bytes; cheaper than to count them. */
export function isLongText(text: string, maxBytes: number): boolean {
  // A UTF-16 code unit takes three bytes at most.
  return text.length * 3 > maxBytes && utf8Bytes(text) > maxBytes;
}

/** Whether a value's JSON is longer than this many bytes. */
export function isLongerThan(value: unknown, maxBytes: number): boolean {
  return isLongText(JSON.stringify(value), maxBytes);
}

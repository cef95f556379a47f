/** Wrong configuration: the message is one line that names the variable, what it held and what it may hold, and shows no secret. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** A value as it may be shown: in one line, short, and without a URL's user, password and query. */
export function shownValue(value: unknown): string {
  const text = String(value)
    .replace(/\/\/.*@/s, "//***@")
    .replace(/^([^?]*\/\/[^?]*)\?.*$/s, "$1?***");
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}

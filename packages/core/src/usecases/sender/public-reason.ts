const MAX_LENGTH = 300;
const HIDDEN: readonly RegExp[] = [
  /\b[a-z][a-z0-9+.-]*:\/\/\S+/gi,
  /\S+@\S+/g,
  /\b(?:bearer|basic)\s+\S+/gi,
  /\b(?:api[-_ ]?key|token|secret|password|passwd|authorization)["']?\s*[:=]\s*\S+/gi,
  /\+?\d[\d ()-]{6,}\d/g,
];

/** An error's message fit to be stored and shown: URLs, addresses, numbers of people and what looks like a secret are left out. */
export function publicReason(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).slice(0, 4 * MAX_LENGTH);
  return HIDDEN.reduce((reason, pattern) => reason.replace(pattern, "[hidden]"), text).slice(0, MAX_LENGTH);
}

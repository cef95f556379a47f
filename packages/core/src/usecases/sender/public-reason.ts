const MAX_LENGTH = 300;
const HIDDEN = "[hidden]";
/** Vendors write these texts: each pattern looks at a character a bounded number of times, whatever stands around it. */
const SECRETS: readonly RegExp[] = [
  /\b(?:bearer|basic)\s+\S+/gi,
  /\b(?:api[-_ ]?key|token|secret|password|passwd|authorization)["']?\s*[:=]\s*\S+/gi,
  /\+?\d[\d ()-]{6,}\d/g,
];

/** An error's message fit to be stored and shown: URLs, addresses, numbers of people and what looks like a secret are left out. */
export function publicReason(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).slice(0, 4 * MAX_LENGTH);
  const nameless = text.replace(/\S+/g, hideAddress);
  return SECRETS.reduce((reason, pattern) => reason.replace(pattern, HIDDEN), nameless).slice(0, MAX_LENGTH);
}

/** Hides an e-mail address whole, and a URL from its scheme on. */
function hideAddress(word: string): string {
  let start = word.indexOf("://");
  while (start > 0 && /[a-z0-9+.-]/i.test(word.charAt(start - 1))) start -= 1;
  const shown = start < 0 ? word : word.slice(0, start) + HIDDEN;
  return /.@./.test(shown) ? HIDDEN : shown;
}

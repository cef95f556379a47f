const NAME = "crm-api-key";

/** The key of this tab, which lasts until it is closed; none, where nobody was asked for one. */
export function keptApiKey(): string | undefined {
  return typeof window === "undefined" ? undefined : (sessionStorage.getItem(NAME) ?? undefined);
}

export function keepApiKey(key: string): void {
  sessionStorage.setItem(NAME, key);
}

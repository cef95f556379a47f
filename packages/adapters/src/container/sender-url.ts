import type { SimulatedSenderOptions } from "../senders/index.js";
import { namesPrivateAddress } from "../senders/public-addresses.js";
import { parseSmtpUrl, SMTP_URL_FORM } from "../smtp/smtp-url.js";

export type SimulatedSettings = Required<Omit<SimulatedSenderOptions, "report">>;

const DEFAULTS: SimulatedSettings = { failureRate: 0, delayMs: 5, seed: 1 };

export const SENDER_URLS = [
  "simulated: or simulated:?failureRate=0.1&delayMs=5&seed=1 (failureRate from 0 to 1, delayMs and seed whole numbers)",
  SMTP_URL_FORM,
  "https://HOST/PATH (http:// and private addresses only with ALLOW_PRIVATE_ADDRESSES=true)",
].join("; ");

/** Whether a SENDER_URL can be read. */
export function isSenderUrl(text: string): boolean {
  if (/^https?:\/\//.test(text)) return URL.canParse(text);
  return parseSimulatedUrl(text) !== undefined || parseSmtpUrl(text) !== undefined;
}

/** Whether a URL is of the open internet, as far as can be said without asking a name server. */
export function isPublicHttps(text: string): boolean {
  const url = new URL(text);
  return url.protocol === "https:" && !namesPrivateAddress(url);
}

/** Reads `simulated:?failureRate=0.1&delayMs=5&seed=1`; undefined for anything else, unknown parameters included. */
export function parseSimulatedUrl(url: string): SimulatedSettings | undefined {
  const match = /^simulated:(?:\?(.*))?$/.exec(url);
  if (!match) return undefined;
  const settings: Record<string, number> = { ...DEFAULTS };
  for (const [name, value] of new URLSearchParams(match[1] ?? "")) {
    const fits = name === "failureRate" ? /^(0(\.\d+)?|1(\.0+)?)$/.test(value) : /^\d{1,9}$/.test(value);
    if (!fits || !Object.hasOwn(DEFAULTS, name)) return undefined;
    settings[name] = Number(value);
  }
  return { ...DEFAULTS, ...settings };
}

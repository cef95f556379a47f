import type { Sender } from "@crm-engine/core";
import { type SimulatedSenderOptions, simulatedSender } from "../senders/index.js";

type SimulatedSettings = Required<Omit<SimulatedSenderOptions, "report">>;

const DEFAULTS: SimulatedSettings = { failureRate: 0, delayMs: 5, seed: 1 };

/** The vendor that a SENDER_URL names; `report` takes its receipts back. */
export function senderFor(url: string, report: SimulatedSenderOptions["report"]): Sender {
  return simulatedSender({ ...DEFAULTS, ...parseSimulatedUrl(url), report });
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

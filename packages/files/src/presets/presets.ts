import { columnsOf } from "../maps/compile-target.js";
import { CRM_ENGINE } from "./crm-engine.js";
import { KLAVIYO_PROFILES } from "./klaviyo.js";
import { MAILCHIMP_CLEANED, MAILCHIMP_SUBSCRIBED, MAILCHIMP_UNSUBSCRIBED } from "./mailchimp.js";
import { ONLINE_RETAIL, ONLINE_RETAIL_II } from "./online-retail.js";
import type { Preset } from "./preset.js";
import { SHOPIFY_CUSTOMERS, SHOPIFY_ORDERS } from "./shopify.js";
import { STRIPE_CHARGES } from "./stripe.js";
import { WOOCOMMERCE_ORDERS } from "./woocommerce.js";

export const PRESETS: readonly Preset[] = [
  CRM_ENGINE,
  ONLINE_RETAIL,
  ONLINE_RETAIL_II,
  SHOPIFY_ORDERS,
  SHOPIFY_CUSTOMERS,
  WOOCOMMERCE_ORDERS,
  STRIPE_CHARGES,
  MAILCHIMP_SUBSCRIBED,
  MAILCHIMP_UNSUBSCRIBED,
  MAILCHIMP_CLEANED,
  KLAVIYO_PROFILES,
];

export function findPreset(name: string): Preset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}

/** The preset whose columns are all in the header, to be proposed; the one that knows the most of it, if several do. */
export function recognise(header: readonly string[]): Preset | undefined {
  const there = new Set(header);
  return PRESETS.map((preset) => ({ preset, columns: neededBy(preset) }))
    .filter(({ preset, columns }) => columns.every((name) => there.has(name)) && !preset.never?.some((name) => there.has(name)))
    .sort((one, other) => other.columns.length - one.columns.length)[0]?.preset;
}

function neededBy({ map, knownBy }: Preset): readonly string[] {
  const needed = Object.values(map).flatMap((entry) =>
    columnsOf(entry).flatMap(({ column, optional }) => (optional ? [] : [column])),
  );
  return [...new Set([...needed, ...(knownBy ?? [])])];
}

import type { ImportMap } from "@crm-engine/core";
import type { Preset } from "./preset.js";

/**
 * Mailchimp's audience export is a ZIP of three files, subscribed, unsubscribed and cleaned, and only the columns at their ends say which is
 * which: the second has `UNSUB_TIME`, the third `CLEAN_TIME`. Hence a preset for each, and none takes another's file. Times are UTC. Tags are one
 * cell, each of them in quotes where it has to be: `"VIP","Blog, weekly"`. Cleaned addresses have bounced hard, or too often.
 */
const FORMAT = { format: "YYYY-MM-DD HH:mm:ss", zone: "UTC" } as const;
const END = ["MEMBER_RATING", "LEID", "EUID"];

function audience(consent: ImportMap[string]): ImportMap {
  return {
    email: "Email Address",
    name: { columns: ["First Name", "Last Name"], optional: true },
    phone: { column: "Phone Number", optional: true },
    tags: { column: "TAGS", separator: ",", optional: true },
    "consent.email": consent,
    "attributes.mailchimpRating": { column: "MEMBER_RATING", type: "number", decimal: ".", optional: true },
  };
}

export const MAILCHIMP_SUBSCRIBED: Preset = {
  name: "mailchimp-subscribed",
  kind: "customers",
  title: "Mailchimp: audience export, subscribed",
  map: audience({ value: "subscribed", at: { column: "CONFIRM_TIME", ...FORMAT } }),
  knownBy: END,
  never: ["UNSUB_TIME", "CLEAN_TIME"],
};

export const MAILCHIMP_UNSUBSCRIBED: Preset = {
  name: "mailchimp-unsubscribed",
  kind: "customers",
  title: "Mailchimp: audience export, unsubscribed",
  map: audience({ value: "unsubscribed", at: { column: "UNSUB_TIME", ...FORMAT } }),
  knownBy: END,
  never: ["CLEAN_TIME"],
};

export const MAILCHIMP_CLEANED: Preset = {
  name: "mailchimp-cleaned",
  kind: "customers",
  title: "Mailchimp: audience export, cleaned",
  map: audience({ value: "bounced", at: { column: "CLEAN_TIME", ...FORMAT } }),
  knownBy: END,
  never: ["UNSUB_TIME"],
};

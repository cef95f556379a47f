import type { Preset } from "./preset.js";

/**
 * Klaviyo's export of profiles (of a list or a segment, with these columns chosen). A consent says SUBSCRIBED, UNSUBSCRIBED or NEVER_SUBSCRIBED, in words or in
 * capitals; older exports have a time there, since when the profile is subscribed, or FALSE. Who never subscribed must not be written to:
 * that is a withdrawal here. `Email Suppressions` lists reasons, such as HARD_BOUNCE; when they arose it does not say, so the consent's own time is
 * not taken for theirs.
 */
const CONSENT = {
  subscribed: ["SUBSCRIBED", "true"],
  unsubscribed: ["UNSUBSCRIBED", "NEVER_SUBSCRIBED", "never subscribed", "false"],
  optional: true,
} as const;

export const KLAVIYO_PROFILES: Preset = {
  name: "klaviyo-profiles",
  kind: "customers",
  title: "Klaviyo: profiles",
  map: {
    email: "Email",
    phone: "Phone Number",
    name: { columns: ["First Name", "Last Name"] },
    "consent.email": {
      ...CONSENT,
      columns: ["Email Suppressions", "Email Marketing Consent"],
      take: "first",
      bounced: ["HARD_BOUNCE*", "INVALID_EMAIL*", "[HARD_BOUNCE*", "['HARD_BOUNCE*"],
      complained: ["SPAM_COMPLAINT*", "[SPAM_COMPLAINT*", "['SPAM_COMPLAINT*"],
      unsubscribed: [
        ...CONSENT.unsubscribed,
        "UNSUBSCRIBE*",
        "USER_SUPPRESSED*",
        "[USER_SUPPRESSED*",
        "['USER_SUPPRESSED*",
        "[UNSUBSCRIBE*",
        "['UNSUBSCRIBE*",
      ],
      unknown: ["[]"],
    },
    "consent.sms": {
      ...CONSENT,
      column: "SMS Marketing Consent",
      at: { column: "SMS Marketing Consent Timestamp", optional: true },
    },
    "attributes.city": { column: "City", type: "string" },
    "attributes.country": { column: "Country", type: "string" },
    "attributes.zip": { columns: ["Zip Code", "Zip"], take: "first", type: "string", optional: true },
  },
  knownBy: ["Last Open", "Last Click"],
};

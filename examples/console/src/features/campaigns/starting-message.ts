import type { Campaign } from "@crm-engine/core";

type Message = Campaign["message"];

const MAIL = `<p>Hi {{ customer.name | default: "there" }},</p>

<p>Write your message here.</p>
`;

/** Something to begin with: the engine keeps no draft without content. */
export function startingMessage(channel: Message["channel"], name: string): Message {
  if (channel === "sms") return { channel, body: 'Hi {{ customer.name | default: "there" }}, write your message here.' };
  return { channel, subject: name === "" ? "Subject" : name, body: MAIL };
}

export const isStartingBody = (body: string): boolean => body.includes("rite your message here.");

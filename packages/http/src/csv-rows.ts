import type { CommunicationLog, Customer } from "@crm-engine/core";
import { CHANNELS, RECEIPT_STATUSES } from "@crm-engine/core/schemas";
import type { CsvRow } from "./csv-download.js";

export const CUSTOMER_CSV_COLUMNS = [
  "id",
  "email",
  "phone",
  "name",
  "timeZone",
  "tags",
  "visitCount",
  "lastVisitAt",
  ...CHANNELS.map((channel) => `consent.${channel}`),
  "orderCount",
  "totalSpend",
  "firstOrderAt",
  "lastOrderAt",
  "createdAt",
  "updatedAt",
  "attributes",
];

/** A flat row for a download: tags joined by `;`, attributes as JSON; of consent what was said, so that it can be read in again. */
export function customerCsvRow({ tags, attributes, consent, ...fields }: Customer): CsvRow {
  return {
    ...fields,
    tags: tags.join(";"),
    ...Object.fromEntries(CHANNELS.map((channel) => [`consent.${channel}`, said(consent[channel])])),
    attributes: JSON.stringify(attributes),
  };
}

function said(consent: Customer["consent"][keyof Customer["consent"]]): string | undefined {
  return consent?.by === "default" ? undefined : consent?.state;
}

export const LOG_CSV_COLUMNS = [
  "id",
  "campaignId",
  "customerId",
  "channel",
  "to",
  "status",
  "reason",
  "attempts",
  "messageId",
  "vendorMessageId",
  "plannedAt",
  "updatedAt",
  ...RECEIPT_STATUSES.map((status) => `${status}At`),
];

export function logCsvRow(log: CommunicationLog): CsvRow {
  return { ...log };
}

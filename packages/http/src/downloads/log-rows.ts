import type { CommunicationLog } from "@crm-engine/core";
import { RECEIPT_STATUSES } from "@crm-engine/core/schemas";
import type { CsvRow } from "./csv-download.js";

export const LOG_COLUMNS = [
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

export function logRows({ customer, ...row }: CommunicationLog): readonly CsvRow[] {
  return [row];
}

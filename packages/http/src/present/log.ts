import type { StoredCommunication } from "@crm-engine/core";
import { CHANNELS, DELIVERY_STATUSES, formatInstant, messageId, RECEIPT_STATUSES } from "@crm-engine/core/schemas";
import { z } from "@hono/zod-openapi";
import { instantSchema, presentInstants } from "./instant.js";

const EVENT_TIMES = RECEIPT_STATUSES.map((status): `${typeof status}At` => `${status}At`);
type EventTime = (typeof EVENT_TIMES)[number];

export const logOutSchema = z
  .object({
    id: z.string(),
    campaignId: z.string(),
    customerId: z.string(),
    channel: z.enum(CHANNELS),
    to: z.string().optional().openapi({ description: "The address of the last call." }),
    status: z.enum(DELIVERY_STATUSES),
    reason: z.string().optional(),
    attempts: z.int(),
    messageId: z.string().openapi({ description: "The key at the vendor, by which receipts name the message." }),
    vendorMessageId: z.string().optional(),
    plannedAt: instantSchema,
    updatedAt: instantSchema,
    ...(Object.fromEntries(EVENT_TIMES.map((name) => [name, instantSchema.optional()])) as Record<
      EventTime,
      z.ZodOptional<typeof instantSchema>
    >),
  })
  .openapi("CommunicationLog");

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
  ...EVENT_TIMES,
] as const;

export function presentLog(log: StoredCommunication): z.infer<typeof logOutSchema> {
  const { id, campaignId, customerId, channel, to, status, reason, attempts, vendorMessageId, evidence } = log;
  return {
    id,
    campaignId,
    customerId,
    channel,
    ...(to === undefined ? {} : { to }),
    status,
    ...(reason === undefined ? {} : { reason }),
    attempts,
    messageId: messageId(log),
    ...(vendorMessageId === undefined ? {} : { vendorMessageId }),
    plannedAt: formatInstant(log.plannedAt),
    updatedAt: formatInstant(log.updatedAt),
    ...presentInstants({
      sentAt: evidence.sent,
      deliveredAt: evidence.delivered,
      failedAt: evidence.failed,
      bouncedAt: evidence.bounced,
      openedAt: evidence.opened,
      clickedAt: evidence.clicked,
      complainedAt: evidence.complained,
      unsubscribedAt: evidence.unsubscribed,
    }),
  };
}

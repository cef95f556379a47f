import { z } from "zod";
import { CHANNELS } from "../model/channel.js";
import { DELIVERY_STATUSES, type Evidence, messageId, type StoredCommunication } from "../model/communication-log.js";
import { formatInstant } from "../model/instant.js";
import { RECEIPT_STATUSES, type ReceiptStatus } from "../model/receipt.js";
import { recordOf } from "../model/record-of.js";
import { instantViewSchema } from "./instant.js";
import { type View, viewSchema } from "./view.js";

type EventTime = `${ReceiptStatus}At`;
const EVENT_TIMES = RECEIPT_STATUSES.map((status): EventTime => `${status}At`);

const schema = z
  .object({
    id: z.string(),
    campaignId: z.string(),
    customerId: z.string(),
    customer: z
      .object({ name: z.string().optional(), email: z.string().optional(), phone: z.string().optional() })
      .optional()
      .meta({ description: "With `names`: who it is, as of now; absent where there is no such customer any more." }),
    channel: z.enum(CHANNELS),
    to: z.string().optional().meta({ description: "The address of the last call." }),
    status: z.enum(DELIVERY_STATUSES),
    reason: z.string().optional(),
    attempts: z.int(),
    messageId: z.string().meta({ description: "The key at the vendor, by which receipts name the message." }),
    vendorMessageId: z.string().optional(),
    plannedAt: instantViewSchema,
    updatedAt: instantViewSchema,
    ...recordOf(EVENT_TIMES, () => instantViewSchema.optional()),
  })
  .meta({ id: "CommunicationLog" });

/** One recipient of one campaign, with the earliest time of each event that was seen. */
export interface CommunicationLog extends View<z.output<typeof schema>> {}
export const communicationLogViewSchema: z.ZodType<CommunicationLog> = viewSchema(schema);

export function viewCommunication(log: StoredCommunication, customer?: CommunicationLog["customer"]): CommunicationLog {
  const { id, campaignId, customerId, channel, to, status, reason, attempts, vendorMessageId, plannedAt, updatedAt } = log;
  return {
    id,
    campaignId,
    customerId,
    ...(customer === undefined ? {} : { customer }),
    channel,
    ...(to === undefined ? {} : { to }),
    status,
    ...(reason === undefined ? {} : { reason }),
    attempts,
    messageId: messageId(log),
    ...(vendorMessageId === undefined ? {} : { vendorMessageId }),
    plannedAt: formatInstant(plannedAt),
    updatedAt: formatInstant(updatedAt),
    ...eventTimes(log.evidence),
  };
}

function eventTimes(evidence: Evidence): { readonly [N in EventTime]?: string } {
  const times: { [N in EventTime]?: string } = {};
  for (const status of RECEIPT_STATUSES) {
    const at = evidence[status];
    if (at !== undefined) times[`${status}At`] = formatInstant(at);
  }
  return times;
}

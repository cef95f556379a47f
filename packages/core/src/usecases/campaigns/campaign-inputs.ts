import { z } from "zod";
import { CHANNELS } from "../../model/channel.js";
import { parseMailbox } from "../../model/contact/mailbox.js";
import { text } from "../../model/edge.js";
import { isTimeZone } from "../../model/instant.js";

/** Characters of a campaign's name. */
export const MAX_NAME = 200;
const MAX_SEGMENTS = 50;
const segmentId = text(200).min(1);
const mailbox = text(400)
  .trim()
  .refine((written) => parseMailbox(written) !== undefined, "must be an e-mail address, or News <news@example.com>")
  .refine((written) => !/\{[{%]/.test(written), "is the same for everyone: it is no template");

function mailOnly<T extends z.ZodType>(schema: T, description: string) {
  return schema.optional().meta({ description: `E-mail only. ${description}` });
}

/** The schema of a campaign as it comes in. Its templates are checked separately. */
export const campaignSchema = z.strictObject({
  name: text(MAX_NAME).trim().min(1),
  segmentId: segmentId.optional().meta({ description: "The same as segmentIds with this one." }),
  segmentIds: z
    .array(segmentId)
    .min(1)
    .max(MAX_SEGMENTS)
    .readonly()
    .optional()
    .meta({ description: "Who is in any of them is in the audience, once." }),
  excludeSegmentIds: z
    .array(segmentId)
    .max(MAX_SEGMENTS)
    .readonly()
    .optional()
    .meta({ description: "Who is in any of them is not." }),
  message: z.strictObject({
    channel: z.enum(CHANNELS),
    subject: text(1_000).optional(),
    body: text(200_000).min(1),
    text: mailOnly(text(200_000).min(1), "The text part; if absent, it is read off the body."),
    preheader: mailOnly(text(1_000).min(1), "Hidden where the body begins; mail programs show it beside the subject."),
    from: mailOnly(mailbox, "The sender's own, if absent."),
    replyTo: mailOnly(mailbox, "Where answers go; to whom it is from, if absent."),
  }),
  throttlePerSecond: z.number().positive().max(1_000_000).nullish(),
});

/** When to start. That `at` is a time in the future, in its zone, is checked separately. */
export const scheduleSchema = z.strictObject({
  at: text(100).min(1),
  timeZone: z.string().max(100).refine(isTimeZone, "must be an IANA time zone such as Europe/London").optional(),
  maxLatenessMinutes: z.int().min(0).max(10_080).optional(),
});

/** What to do with rows whose outcome is unknown. */
export const resolveUnknownSchema = z.strictObject({
  action: z.enum(["resend", "skip"]),
  ids: z.array(text(500).min(3)).min(1).max(1_000).optional(),
});

const address = text(320).trim().min(1);
const asWhom = z.string().min(1).max(400).optional().meta({ description: "The first of the audience, if absent." });

export const testMessageSchema = z.strictObject({
  to: z.union([z.array(address).min(1).max(10), address]).meta({ description: "At most 10 addresses, or one." }),
  customerId: asWhom,
});

/** As whom a message is shown. */
export const previewSchema = z.strictObject({ customerId: asWhom });

export const archiveSchema = z.strictObject({
  archived: z.boolean().optional().meta({ description: "False takes it out again; true, if absent." }),
});

/** Which failed rows to send again. */
export const retryFailedSchema = z.strictObject({
  reason: text(2_000)
    .min(1)
    .optional()
    .meta({ description: "Only who is counted under it in failedBy of the stats; all who failed, if absent." }),
});

/** Part of a name, which holds no such characters either. */
export const searchSchema = text(MAX_NAME).optional();

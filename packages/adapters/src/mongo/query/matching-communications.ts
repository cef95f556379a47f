import { evidenceOf, type MessagesRef } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import { idsOfCampaign } from "../schema/communication-documents.js";
import { boundsOf } from "./time-ranges.js";

/** The stages that leave the log rows that count; of a campaign, all, since there each test can tell by the customer's only row. */
export function messageRows(field: MessagesRef): readonly Document[] {
  return [{ $match: field.campaignId === undefined ? messageMet(field) : { _id: idsOfCampaign(field.campaignId) } }];
}

/** Whether the log row below a prefix met the event, in the window if there is one. */
export function messageMet({ event, window = {} }: MessagesRef, prefix = ""): Document {
  return { $and: earliestIn(window, (test) => evidenceOf(event).map((status) => ({ [`${prefix}evidence.${status}`]: test }))) };
}

/** The earliest of some times is in a window if none is before it and some are before its end. */
function earliestIn(
  { from, to }: NonNullable<MessagesRef["window"]>,
  each: (test: Document) => readonly Document[],
): readonly Document[] {
  const [only, ...others] = each(boundsOf(from, to));
  if (only && others.length === 0) return [only];
  return [{ $or: each(boundsOf(undefined, to)) }, ...(from === undefined ? [] : [{ $nor: each({ $lt: from }) }])];
}

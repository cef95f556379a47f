import type { MessagesRef } from "@crm-engine/core";
import type { Document } from "mongodb";
import { boundsOf } from "./compile-condition.js";
import { idsOfCampaign } from "./log-documents.js";

/** The stages that leave the log rows that count. */
export function messageRows({ event, campaignId, window }: MessagesRef): readonly Document[] {
  const times = event === "messaged" ? ["sent", "delivered", "bounced"] : [event];
  const each = (test: Document) => times.map((time) => ({ [`evidence.${time}`]: test }));
  const campaign = campaignId === undefined ? [] : [{ _id: idsOfCampaign(campaignId) }];
  return [{ $match: { $and: [...campaign, ...earliestIn(window ?? {}, each)] } }];
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

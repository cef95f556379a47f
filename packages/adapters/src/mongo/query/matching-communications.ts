import { evidenceOf, type MessagesRef } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import { idsOfCampaign } from "../schema/communication-documents.js";
import { boundsOf } from "./time-ranges.js";

/** The stages that select the rows that count; of one campaign all rows, since a customer's only row there answers every test. */
export function messageRows(field: MessagesRef): readonly Document[] {
  return [{ $match: field.campaignId === undefined ? messageMet(field) : { _id: idsOfCampaign(field.campaignId) } }];
}

/** Selects rows, in documents below a prefix, that met the event, in the window if there is one. */
export function messageMet({ event, window = {} }: MessagesRef, prefix = ""): Document {
  return { $and: earliestIn(window, (test) => evidenceOf(event).map((status) => ({ [`${prefix}evidence.${status}`]: test }))) };
}

/** The earliest of several times is in a window if one is before the window's end and none is before its start. */
function earliestIn(
  { from, to }: NonNullable<MessagesRef["window"]>,
  each: (test: Document) => readonly Document[],
): readonly Document[] {
  const [only, ...others] = each(boundsOf(from, to));
  if (only && others.length === 0) return [only];
  return [{ $or: each(boundsOf(undefined, to)) }, ...(from === undefined ? [] : [{ $nor: each({ $lt: from }) }])];
}

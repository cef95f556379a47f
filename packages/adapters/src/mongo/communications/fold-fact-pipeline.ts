import { DELIVERY_PRECEDENCE, type DeliveryFact, hasTrait } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import { SERVER_NOW } from "../database/server-clock.js";

/**
 * Core's `foldFact` as an update pipeline, so that any number of processes fold facts into one row without reading it first:
 * each status keeps its earliest time, and status and reason follow from the set. `was` holds the row as it stood, for the length
 * of the update.
 */
export function foldFactPipeline(fact: DeliveryFact): Document[] {
  const isCurrent = { $eq: ["$generation", fact.generation] };
  const ifCurrent = (value: unknown, path: string): Document => ({ $cond: [isCurrent, value, { $ifNull: [path, "$$REMOVE"] }] });
  const folded = (path: string): Document => ({ $min: [path, fact.at] });
  const own = `$evidence.${fact.status}`;
  return [
    {
      $set: {
        was: { status: "$status", seen: { $ifNull: [own, null] } },
        [`evidence.${fact.status}`]: hasTrait(fact.status, "engagement") ? folded(own) : ifCurrent(folded(own), own),
        ...(hasTrait(fact.status, "provesDelivery")
          ? { "evidence.delivered": ifCurrent(folded("$evidence.delivered"), "$evidence.delivered") }
          : {}),
        ...(fact.refused ? { handedOverAt: ifCurrent("$$REMOVE", "$handedOverAt") } : {}),
        ...(fact.vendorMessageId === undefined
          ? {}
          : {
              vendorMessageId: ifCurrent({ $min: ["$vendorMessageId", { $literal: fact.vendorMessageId }] }, "$vendorMessageId"),
            }),
      },
    },
    { $set: { status: { $cond: [isCurrent, STATUS_OF_EVIDENCE, "$status"] }, updatedAt: SERVER_NOW } },
    { $set: { reason: { $ifNull: [{ $cond: [isCurrent, reasonAfter(fact), "$reason"] }, "$$REMOVE"] } } },
    { $unset: "was" },
  ];
}

/** Core's `statusOf`; with no evidence of delivery it stays. */
const STATUS_OF_EVIDENCE = DELIVERY_PRECEDENCE.reduceRight<Document | string>(
  (otherwise, status) => ({ $cond: [{ $gt: [`$evidence.${status}`, null] }, status, otherwise] }),
  "$status",
);

/** The reason of the earliest fact that has the status; of several at once, the first by the alphabet. */
function reasonAfter({ status, at, reason }: DeliveryFact): Document {
  const kept = { $cond: [{ $eq: ["$status", "$was.status"] }, { $ifNull: ["$reason", null] }, null] };
  if (!hasTrait(status, "hasReason")) return kept;
  const offered = { $literal: reason ?? status };
  const isFirst = {
    $or: [
      { $eq: ["$was.seen", null] },
      { $eq: [{ $ifNull: ["$reason", null] }, null] },
      { $lt: [at, "$was.seen"] },
      { $and: [{ $eq: [at, "$was.seen"] }, { $lt: [offered, "$reason"] }] },
    ],
  };
  return { $cond: [{ $ne: ["$status", status] }, kept, { $cond: [isFirst, offered, "$reason"] }] };
}

import type { Store } from "@crm-engine/core";
import type { Document } from "mongodb";
import type { Connection } from "./connection.js";
import { SERVER_NOW } from "./server-clock.js";
import { updateOrMake } from "./update-or-make.js";

/** Milliseconds from the server's now, as a date that its TTL index reads. */
function dateIn(ttlMs: number): Document {
  return { $toDate: { $add: [SERVER_NOW, ttlMs] } };
}

/** Answers whose time is over don't count, whenever the server gets to deleting them. */
export function mongoIdempotency({ use }: Connection): Store["idempotency"] {
  return {
    begin: (key, { leaseMs, ttlMs }) =>
      use(async ({ idempotency }) => {
        const ifBegun = (value: Document | string, otherwise: string): Document => ({ $cond: ["$begun", value, otherwise] });
        const isKept = { $gt: [{ $ifNull: ["$expiresAt", { $toDate: 0 }] }, "$$NOW"] };
        const isHeld = { $gt: [{ $ifNull: ["$leaseUntil", 0] }, SERVER_NOW] };
        const isFinished = { $ne: [{ $type: "$answer" }, "missing"] };
        const { begun, startedAt, bodyHash, answer } = await updateOrMake(idempotency, key, [
          { $set: { kept: isKept } },
          { $set: { begun: { $not: [{ $and: ["$kept", { $or: [isFinished, isHeld] }] }] } } },
          {
            $set: {
              startedAt: {
                $cond: [{ $and: ["$kept", { $ne: [{ $type: "$startedAt" }, "missing"] }] }, "$startedAt", SERVER_NOW],
              },
              leaseUntil: ifBegun({ $add: [SERVER_NOW, leaseMs] }, "$leaseUntil"),
              expiresAt: ifBegun(dateIn(ttlMs), "$expiresAt"),
              bodyHash: ifBegun("$$REMOVE", "$bodyHash"),
              answer: ifBegun("$$REMOVE", "$answer"),
            },
          },
        ]);
        if (begun) return { state: "begun", startedAt: Number(startedAt) };
        return bodyHash === undefined || answer === undefined ? { state: "running" } : { state: "finished", bodyHash, answer };
      }),
    renew: (key, leaseMs) =>
      use(async ({ idempotency }) => {
        const unfinished = { _id: { $eq: key }, answer: { $exists: false } };
        await idempotency.updateOne(unfinished, [{ $set: { leaseUntil: { $add: [SERVER_NOW, leaseMs] } } }]);
      }),
    finish: (key, { bodyHash, answer }, ttlMs) =>
      use(async ({ idempotency }) => {
        await updateOrMake(idempotency, key, [
          { $set: { begun: false, expiresAt: dateIn(ttlMs), bodyHash: { $literal: bodyHash }, answer: { $literal: answer } } },
        ]);
      }),
    abandon: (key) =>
      use(async ({ idempotency }) => {
        await idempotency.deleteOne({ _id: { $eq: key }, answer: { $exists: false } });
      }),
  };
}

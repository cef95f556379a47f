import { randomUUID } from "node:crypto";
import type { Store } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import type { Connection } from "../database/connection.js";
import { SERVER_NOW } from "../database/server-clock.js";
import { updateOrMake } from "../database/update-or-make.js";

/** As a key is inserted: the server deletes it if the process dies before it is begun. */
const EXPIRED = { expiresAt: new Date(0) };

/** Expired entries are ignored, however late the server deletes them. */
export function mongoIdempotency({ use }: Connection): Store["idempotency"] {
  return {
    begin: (key, { leaseMs, ttlMs }) =>
      use(async ({ idempotency }) => {
        const { begun, startedAt, bodyHash, answer } = await updateOrMake(
          idempotency,
          key,
          beginPipeline(randomUUID(), leaseMs, ttlMs),
          EXPIRED,
        );
        if (begun) return { state: "begun", startedAt };
        return bodyHash === undefined || answer === undefined ? { state: "running" } : { state: "finished", bodyHash, answer };
      }),
    renew: (key, leaseMs) =>
      use(async ({ idempotency }) => {
        const unfinished = { _id: { $eq: key }, answer: { $exists: false } };
        await idempotency.updateOne(unfinished, [{ $set: { leaseUntil: { $add: [SERVER_NOW, leaseMs] } } }]);
      }),
    finish: (key, { bodyHash, answer }, ttlMs) =>
      use(async ({ idempotency }) => {
        const result = { bodyHash: { $literal: bodyHash }, answer: { $literal: answer } };
        const kept = {
          ...result,
          startedAt: { $ifNull: ["$startedAt", SERVER_NOW] },
          leaseUntil: 0,
          begun: false,
          expiresAt: { $add: ["$$NOW", ttlMs] },
        };
        await updateOrMake(idempotency, key, [{ $set: kept }], EXPIRED);
      }),
    abandon: (key) =>
      use(async ({ idempotency }) => {
        await idempotency.deleteOne({ _id: { $eq: key }, answer: { $exists: false } });
      }),
  };
}

/**
 * A key that is kept, and finished or leased, is not granted; except to the call that holds it, whose command the driver sent twice.
 * Taking over a kept key preserves when it was first begun.
 */
function beginPipeline(begunBy: string, leaseMs: number, ttlMs: number): Document[] {
  const isFinished = { $ne: [{ $type: "$answer" }, "missing"] };
  const isHeld = { $gt: ["$leaseUntil", SERVER_NOW] };
  const ifBegun = (value: unknown, otherwise: string): Document => ({ $cond: ["$begun", value, otherwise] });
  return [
    { $set: { kept: { $gt: ["$expiresAt", "$$NOW"] } } },
    {
      $set: { begun: { $or: [{ $eq: ["$begunBy", begunBy] }, { $not: [{ $and: ["$kept", { $or: [isFinished, isHeld] }] }] }] } },
    },
    {
      $set: {
        begunBy: ifBegun(begunBy, "$begunBy"),
        startedAt: { $cond: ["$kept", "$startedAt", SERVER_NOW] },
        leaseUntil: ifBegun({ $add: [SERVER_NOW, leaseMs] }, "$leaseUntil"),
        expiresAt: ifBegun({ $add: ["$$NOW", ttlMs] }, "$expiresAt"),
        bodyHash: ifBegun("$$REMOVE", "$bodyHash"),
        answer: ifBegun("$$REMOVE", "$answer"),
      },
    },
  ];
}

import type { Store } from "@crm-engine/core";
import type { Document } from "mongodb";
import type { Connection } from "./connection.js";
import { SERVER_NOW } from "./server-clock.js";
import { updateOrMake } from "./update-or-make.js";

const SET_EXPIRES_AT = { $set: { expiresAt: { $toDate: "$until" } } };

/** Answers whose time is over don't count, whenever the server gets to deleting them. */
export function mongoIdempotency({ use }: Connection): Store["idempotency"] {
  return {
    begin: (key, leaseMs) =>
      use(async ({ idempotency }) => {
        const ifBegun = (value: Document | string, otherwise: string): Document => ({ $cond: ["$begun", value, otherwise] });
        const { begun, bodyHash, answer } = await updateOrMake(idempotency, key, [
          { $set: { begun: { $not: [{ $gt: [{ $ifNull: ["$until", 0] }, SERVER_NOW] }] } } },
          {
            $set: {
              until: ifBegun({ $add: [SERVER_NOW, leaseMs] }, "$until"),
              bodyHash: ifBegun("$$REMOVE", "$bodyHash"),
              answer: ifBegun("$$REMOVE", "$answer"),
            },
          },
          SET_EXPIRES_AT,
        ]);
        if (begun) return { state: "begun" };
        return bodyHash === undefined || answer === undefined ? { state: "running" } : { state: "finished", bodyHash, answer };
      }),
    finish: (key, { bodyHash, answer }, ttlMs) =>
      use(async ({ idempotency }) => {
        await updateOrMake(idempotency, key, [
          {
            $set: {
              begun: false,
              until: { $add: [SERVER_NOW, ttlMs] },
              bodyHash: { $literal: bodyHash },
              answer: { $literal: answer },
            },
          },
          SET_EXPIRES_AT,
        ]);
      }),
    abandon: (key) =>
      use(async ({ idempotency }) => {
        await idempotency.deleteOne({ _id: { $eq: key }, answer: { $exists: false } });
      }),
  };
}

import { randomUUID } from "node:crypto";
import type { Store } from "@crm-engine/core/ports";
import type { Connection } from "../database/connection.js";
import { readServerClock, SERVER_NOW } from "../database/server-clock.js";
import { updateOrMake } from "../database/update-or-make.js";

/** A bucket is refilled for the time that has passed, and tokens are taken from it, in the same update. */
export function mongoRates({ use }: Connection): Store["rates"] {
  return {
    take: (name, perSecond, wanted) =>
      use(async ({ rates }) => {
        const capacity = Math.max(1, perSecond);
        const passedMs = { $max: [0, { $subtract: [SERVER_NOW, { $ifNull: ["$at", SERVER_NOW] }] }] };
        const filled = { $add: [{ $ifNull: ["$tokens", capacity] }, { $divide: [{ $multiply: [passedMs, perSecond] }, 1_000] }] };
        const { taken } = await updateOrMake(rates, name, [
          { $set: { tokens: { $min: [capacity, filled] }, at: { $max: ["$at", SERVER_NOW] } } },
          { $set: { taken: { $min: [wanted, { $floor: "$tokens" }] } } },
          { $set: { tokens: { $subtract: ["$tokens", "$taken"] } } },
        ]);
        return taken;
      }),
    putBack: (name, perSecond, count) =>
      use(async ({ rates }) => {
        const fuller = { $min: [Math.max(1, perSecond), { $add: ["$tokens", count] }] };
        await rates.updateOne({ _id: { $eq: name } }, [{ $set: { tokens: fuller } }]);
      }),
    lower: (name, { perSecond, before }, everyMs) =>
      use(async ({ rates }) => {
        const by = randomUUID();
        const isDue = { $gte: [{ $subtract: [SERVER_NOW, { $ifNull: ["$lowered.at", 0] }] }, everyMs] };
        const lowered = { perSecond: { $literal: perSecond }, before: { $literal: before }, at: SERVER_NOW, by };
        const after = await updateOrMake(rates, name, [{ $set: { lowered: { $cond: [isDue, lowered, "$lowered"] } } }]);
        return after.lowered?.by === by;
      }),
    widen: (name, { perSecond, before }, withinMs) =>
      use(async ({ rates }) => {
        const by = randomUUID();
        const isFresh = { $lt: [{ $subtract: [SERVER_NOW, "$lowered.at"] }, withinMs] };
        const isDone = { $eq: ["$lowered.by", by] };
        const wider = {
          perSecond: { $add: ["$lowered.perSecond", perSecond] },
          before: { $add: ["$lowered.before", before] },
          at: "$lowered.at",
          by,
        };
        const after = await rates.findOneAndUpdate(
          { _id: { $eq: name }, lowered: { $exists: true } },
          [{ $set: { lowered: { $cond: [{ $and: [isFresh, { $not: [isDone] }] }, wider, "$lowered"] } } }],
          { returnDocument: "after" },
        );
        return after?.lowered?.by === by;
      }),
    lowered: (name) =>
      use(async ({ rates }, client) => {
        const found = await rates.findOne({ _id: { $eq: name }, lowered: { $exists: true } });
        if (!found?.lowered) return undefined;
        const { perSecond, before, at } = found.lowered;
        return { perSecond, before, ageMs: Math.max(0, (await readServerClock(client)) - at) };
      }),
  };
}

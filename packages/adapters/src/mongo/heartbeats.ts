import type { Heartbeats, StoredHeartbeat } from "@crm-engine/core/ports";
import type { Connection } from "./database/connection.js";
import { readServerClock, SERVER_NOW } from "./database/server-clock.js";
import { updateOrMake } from "./database/update-or-make.js";
import type { HeartbeatDocument } from "./schema/collections.js";

/** As a process is first heard of, before it is known what it says. */
const UNHEARD = { forgetAt: new Date(0) };

/** A TTL index deletes what is to be forgotten, some time after nobody is shown it any more. */
export function mongoHeartbeats({ use }: Connection): Heartbeats {
  return {
    beat: ({ id, ...said }, forgetAfterMs) =>
      use(async ({ heartbeats }) => {
        const until = { keptUntil: { $add: [SERVER_NOW, forgetAfterMs] }, forgetAt: { $add: ["$$NOW", forgetAfterMs] } };
        const heard = { said: { $literal: said }, seenAt: SERVER_NOW, ...until };
        await updateOrMake(heartbeats, id, [{ $set: heard }], UNHEARD);
      }),
    list: (limit) =>
      use(async ({ heartbeats }, client) => {
        const kept = { keptUntil: { $gt: await readServerClock(client) } };
        return (await heartbeats.find(kept).sort({ seenAt: -1 }).limit(limit).toArray()).map(toHeartbeat);
      }),
  };
}

function toHeartbeat({ _id, said, seenAt }: HeartbeatDocument): StoredHeartbeat {
  return { id: _id, ...said, seenAt };
}

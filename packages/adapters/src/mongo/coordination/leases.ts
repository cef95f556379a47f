import { randomUUID } from "node:crypto";
import type { Store } from "@crm-engine/core/ports";
import type { Collection, Document } from "mongodb";
import type { Connection } from "../database/connection.js";
import { SERVER_NOW } from "../database/server-clock.js";
import { updateOrMake } from "../database/update-or-make.js";
import type { LeaseDocument } from "../schema/collections.js";

/**
 * Each step is one pipeline update of one document, decided by the server on its own clock. Taking one is named: a driver that saw
 * no reply sends it again, and not every server knows by itself that it has done it.
 */
export function mongoLeases({ use }: Connection): Store["leases"] {
  return {
    acquire: (name, ttlMs) =>
      use(async ({ leases }) => {
        const takenBy = randomUUID();
        const isDone = { $eq: ["$takenBy", takenBy] };
        const lease = await updateOrMake(leases, name, [
          { $set: { granted: { $or: [isDone, { $not: [{ $gt: ["$until", SERVER_NOW] }] }] } } },
          {
            $set: {
              epoch: { $add: [{ $ifNull: ["$epoch", 0] }, { $cond: [{ $and: ["$granted", { $not: [isDone] }] }, 1, 0] }] },
              until: { $cond: ["$granted", { $add: [SERVER_NOW, ttlMs] }, "$until"] },
              takenBy: { $cond: ["$granted", takenBy, "$takenBy"] },
            },
          },
        ]);
        return lease.granted ? lease.epoch : undefined;
      }),
    renew: (name, epoch, ttlMs) => use(({ leases }) => setUntilIfHeld(leases, name, epoch, { $add: [SERVER_NOW, ttlMs] })),
    release: (name, epoch) =>
      use(async ({ leases }) => {
        await setUntilIfHeld(leases, name, epoch, 0);
      }),
  };
}

async function setUntilIfHeld(
  leases: Collection<LeaseDocument>,
  name: string,
  epoch: number,
  until: Document | number,
): Promise<boolean> {
  const lease = await leases.findOneAndUpdate(
    { _id: { $eq: name }, epoch },
    [{ $set: { granted: { $gt: ["$until", SERVER_NOW] } } }, { $set: { until: { $cond: ["$granted", until, "$until"] } } }],
    { returnDocument: "after" },
  );
  return lease?.granted ?? false;
}

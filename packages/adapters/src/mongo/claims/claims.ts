import { randomUUID } from "node:crypto";
import {
  type ClaimedCommunication,
  type ClaimRef,
  type ClaimRequest,
  type Claims,
  type Release,
  splitLogId,
} from "@crm-engine/core/ports";
import { type Document, type MongoClient, MongoWriteConcernError } from "mongodb";
import type { Connection } from "../database/connection.js";
import { groupBy } from "../database/group-by.js";
import { readServerClock, SERVER_NOW } from "../database/server-clock.js";
import { updateAll } from "../database/update-all.js";
import type { Collections } from "../schema/collections.js";
import { toClaimedLog } from "../schema/communication-documents.js";
import { candidateFinder, type FindCandidates } from "./claim-candidates.js";
import { findHeld, type PerRow, updateHeld } from "./claimed-rows.js";
import { reserveAddresses } from "./reserve-addresses.js";

/** Every change of a row is one compare-and-set of one document; leases and due times are on the server's clock. */
export function mongoClaims({ use }: Connection): Claims {
  const findCandidates = candidateFinder();
  return {
    reserveAddresses: (campaignId, reservations) => use((collections) => reserveAddresses(collections, campaignId, reservations)),
    claim: (request) => use((collections, client) => claim(collections, client, findCandidates, request)),
    renew: (claims, leaseMs) =>
      use(async ({ communications }, client) => {
        await updateHeld(communications, claims, () => ({ leaseUntil: { $add: [SERVER_NOW, leaseMs] } }));
        return findHeld(communications, claims, { leaseUntil: { $gt: await readServerClock(client) } });
      }),
    beginCalls: (calls, timeoutMs) =>
      use(async (collections) => {
        const { communications } = collections;
        const call = randomUUID();
        const changes = {
          call,
          attempts: { $add: ["$attempts", 1] },
          firstCallAt: { $ifNull: ["$firstCallAt", SERVER_NOW] },
          handedOverAt: { $ifNull: ["$handedOverAt", SERVER_NOW] },
          handedOverEpoch: { $cond: [{ $gt: ["$handedOverAt", null] }, "$handedOverEpoch", "$epoch"] },
          updatedAt: SERVER_NOW,
        };
        // A lease that lasts exactly this long is long enough.
        const marginMs = timeoutMs - 1;
        await updateHeld(
          communications,
          calls,
          (perRow) => ({ ...changes, to: perRow(({ to }) => to), addressHash: perRow(({ addressHash }) => addressHash) }),
          { marginMs, removable: ["addressHash"] },
        );
        await endCallsToErased(collections, calls, call);
        return findHeld(communications, calls, { call });
      }),
    release: (claims) =>
      use(({ communications }) => updateHeld(communications, claims, releaseOf, { removable: ["handedOverAt", "waitedUntil"] })),
    refund: (claims) =>
      use(async ({ communications }) => {
        for (const [epoch, group] of groupBy(claims, (claim) => claim.epoch)) {
          // Until the next claim, a row keeps the epoch of its last one and the call begun under it.
          await communications.updateMany(
            { _id: { $in: group.map(({ id }) => id) }, status: "pending", epoch, call: { $ne: "" } },
            [{ $set: { attempts: { $subtract: ["$attempts", 1] }, call: "", updatedAt: SERVER_NOW } }],
          );
        }
      }),
    skip: (claims) =>
      use(async ({ communications }) => {
        await updateHeld(communications, claims, (perRow) => ({
          status: "skipped",
          reason: perRow(({ reason }) => reason),
          updatedAt: SERVER_NOW,
        }));
        // A worker may have died between writing the address and checking for erasures.
        const erased = claims.filter(({ reason }) => reason === "erased").map(({ id }) => id);
        if (erased.length > 0) {
          await updateAll(communications, { _id: { $in: erased }, to: { $exists: true } }, { $unset: { to: "" } });
        }
      }),
    leaveUnknown: (claims) =>
      use(({ communications }) =>
        updateHeld(communications, claims, (perRow) => ({
          status: "unknown",
          reason: perRow(({ reason }) => reason),
          updatedAt: SERVER_NOW,
        })),
      ),
    sweep: (options) => use((collections, client) => sweep(collections, client, options)),
  };
}

function releaseOf(perRow: PerRow<Release>): Document {
  const dueAt = {
    $cond: [
      perRow(({ delayMs }) => delayMs > 0),
      { $add: [SERVER_NOW, perRow(({ delayMs }) => delayMs)] },
      { $min: ["$dueAt", SERVER_NOW] },
    ],
  };
  return {
    status: "pending",
    dueAt,
    // Of a call that was not begun there is nothing to take back.
    attempts: { $subtract: ["$attempts", { $cond: [{ $eq: ["$call", ""] }, 0, perRow(({ refund }) => (refund ? 1 : 0))] }] },
    call: { $cond: [perRow(({ refund }) => refund ?? false), "", "$call"] },
    handedOverAt: { $cond: [perRow(({ refused }) => refused ?? false), null, { $ifNull: ["$handedOverAt", null] }] },
    waitedUntil: { $cond: [perRow(({ waits }) => waits ?? false), dueAt, { $ifNull: ["$waitedUntil", null] }] },
    reason: { $ifNull: [perRow(({ reason }) => reason), "$reason"] },
    updatedAt: SERVER_NOW,
  };
}

/**
 * Takes back calls that were just begun for customers erased since their rows were claimed. The address is written before this
 * checks, and an erasure removes addresses after writing its tombstone: whichever comes first, no address is left.
 */
async function endCallsToErased(
  { communications, customers }: Collections,
  calls: readonly ClaimRef[],
  call: string,
): Promise<void> {
  const customerIds = calls.map(({ id }) => splitLogId(id)?.customerId ?? "");
  const tombstones = await customers
    .find({ _id: { $in: customerIds }, erased: { $exists: true } })
    .project<{ readonly _id: string }>({ _id: 1 })
    .toArray();
  if (tombstones.length === 0) return;
  const erased = new Set(tombstones.map(({ _id }) => _id));
  const ids = calls.map(({ id }) => id).filter((id) => erased.has(splitLogId(id)?.customerId ?? ""));
  await updateAll(communications, { _id: { $in: ids }, call }, [
    { $set: { call: "", attempts: { $subtract: ["$attempts", 1] }, handedOverAt: HANDED_OVER_BEFORE, updatedAt: SERVER_NOW } },
    { $unset: "to" },
  ]);
}

/** Since when the row was handed over without the call that was begun under its present claim. */
const HANDED_OVER_BEFORE = {
  $cond: [{ $eq: ["$handedOverEpoch", "$epoch"] }, "$$REMOVE", { $ifNull: ["$handedOverAt", "$$REMOVE"] }],
};

/**
 * Candidates are read first, then claimed if they are still pending and due, with a token that identifies this call's rows. If
 * others were faster, it looks for more; it returns none only if none is left.
 */
async function claim(
  { communications }: Collections,
  client: MongoClient,
  findCandidates: FindCandidates,
  { campaignId, limit, leaseMs }: ClaimRequest,
): Promise<readonly ClaimedCommunication[]> {
  const claimedBy = randomUUID();
  for (;;) {
    const dueBy = await readServerClock(client);
    const ids = await findCandidates(communications, { campaignId, dueBy, limit });
    if (ids.length === 0) return [];
    const due = { _id: { $in: ids }, status: "pending", dueAt: { $lte: dueBy } } as const;
    const changes = {
      status: "claimed",
      epoch: { $add: ["$epoch", 1] },
      leaseUntil: { $add: [SERVER_NOW, leaseMs] },
      call: "",
      claimedBy,
      updatedAt: SERVER_NOW,
    };
    const claimed = communications.updateMany(due, [{ $set: changes }]);
    const { modifiedCount } = await claimed.catch(async (error: unknown) => {
      if (error instanceof MongoWriteConcernError) await giveBack(communications, ids, claimedBy);
      throw error;
    });
    if (modifiedCount === 0) continue;
    const rows = await communications.find({ _id: { $in: ids }, status: "claimed", claimedBy }).toArray();
    return rows.map(toClaimedLog).sort((a, b) => a.dueAt - b.dueAt);
  }
}

/**
 * After a claim that was written, but not acknowledged by a majority in time. Otherwise nobody would work on its rows until the end
 * of their lease.
 */
async function giveBack(communications: Collections["communications"], ids: readonly string[], claimedBy: string): Promise<void> {
  const own = { _id: { $in: [...ids] }, status: "claimed", claimedBy } as const;
  await communications.updateMany(own, [{ $set: { status: "pending", updatedAt: SERVER_NOW } }]).catch(() => undefined);
}

async function sweep(
  { communications }: Collections,
  client: MongoClient,
  { vendorHonoursKeys, limit }: { readonly vendorHonoursKeys: boolean; readonly limit: number },
): Promise<number> {
  const hasEnded = { status: "claimed", leaseUntil: { $lte: await readServerClock(client) } } as const;
  const ended = await communications.find(hasEnded).limit(limit).project<{ readonly _id: string }>({ _id: 1 }).toArray();
  if (ended.length === 0) return 0;
  const inCall = { $and: [{ $ne: ["$call", ""] }, !vendorHonoursKeys] };
  const { modifiedCount } = await communications.updateMany({ _id: { $in: ended.map(({ _id }) => _id) }, ...hasEnded }, [
    {
      $set: {
        status: { $cond: [inCall, "unknown", "pending"] },
        reason: { $cond: [inCall, "lease_ended", { $ifNull: ["$reason", "$$REMOVE"] }] },
        updatedAt: SERVER_NOW,
      },
    },
  ]);
  return modifiedCount;
}

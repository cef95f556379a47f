import type { Store } from "@crm-engine/core/ports";
import { createSession, type Session, type SqliteOptions } from "./threads/session.js";

/** Rows of one call into a transaction: others wait no longer than these take. */
const CHUNK = 1_000;

/**
 * A store in one SQLite file, for any number of processes of one machine. Nothing is opened before the first call. All work
 * is done on threads of its own, never on the event loop.
 */
export function sqliteStore(options: SqliteOptions): Store {
  const session = createSession(options);
  return {
    customers: customersOf(session),
    orders: ordersOf(session),
    segments: segmentsOf(session),
    campaigns: campaignsOf(session),
    communications: communicationsOf(session),
    claims: claimsOf(session),
    batches: batchesOf(session),
    leases: {
      acquire: (name, ttlMs) => session.write("acquireLease", name, ttlMs),
      renew: (name, epoch, ttlMs) => session.write("renewLease", name, epoch, ttlMs),
      release: (name, epoch) => session.write("releaseLease", name, epoch),
    },
    rates: {
      take: (name, perSecond, wanted) => session.write("takeTokens", name, perSecond, wanted),
      putBack: (name, perSecond, count) => session.write("putBackTokens", name, perSecond, count),
    },
    outcomes: { record: (name, results, keep) => session.write("recordOutcomes", name, results, keep) },
    idempotency: {
      begin: (key, options) => session.write("beginAnswer", key, options),
      renew: (key, leaseMs) => session.write("renewAnswer", key, leaseMs),
      finish: (key, result, ttlMs) => session.write("finishAnswer", key, result, ttlMs),
      abandon: (key) => session.write("abandonAnswer", key),
    },
    info: session.info,
    close: session.close,
  };
}

function customersOf({ read, scan, write }: Session): Store["customers"] {
  return {
    apply: async (changes) => (await inChunks(changes, (chunk) => write("applyCustomers", chunk))).flat(),
    erase: (id, stamp) => write("eraseCustomer", id, stamp),
    get: (id) => read("getCustomer", id),
    getMany: (ids) => read("getCustomers", ids),
    findOwners: (emails) => read("findOwners", emails),
    find: (condition, page, options) => scan(options?.signal)("findCustomers", condition, page),
    count: (condition, options) => scan(options?.signal)("countCustomers", condition),
    preview: (condition, examples, options) => scan(options?.signal)("previewCustomers", condition, examples),
    idAfter: (after, size) => read("idAfter", after, size),
    withdrawConsent: async (withdrawals) => void (await inChunks(withdrawals, (chunk) => write("withdrawConsent", chunk))),
  };
}

function ordersOf({ read, write }: Session): Store["orders"] {
  return {
    apply: async (orders) => (await inChunks(orders, (chunk) => write("applyOrders", chunk))).flat(),
    recount: async (range) => {
      const { checked, wrong, lastId } = await read("findWrongTotals", range);
      const corrected = (await inChunks(wrong, (chunk) => write("correctTotals", chunk))).flat();
      return { checked, corrected, ...(lastId === undefined ? {} : { lastId }) };
    },
    get: (id) => read("getOrder", id),
    list: (filter, page) => read("listOrders", filter, page),
  };
}

function segmentsOf({ read, write }: Session): Store["segments"] {
  return {
    insert: (segment) => write("insertSegment", segment),
    get: (id) => read("getSegment", id),
    list: (page) => read("listSegments", page),
    replace: (segment, expectedVersion) => write("replaceSegment", segment, expectedVersion),
    delete: (id) => write("deleteSegment", id),
  };
}

function campaignsOf({ read, write }: Session): Store["campaigns"] {
  return {
    insert: (campaign) => write("insertCampaign", campaign),
    get: (id) => read("getCampaign", id),
    list: (page) => read("listCampaigns", page),
    findIds: (statuses, page) => read("findCampaignIds", statuses, page),
    findScheduled: (dueBy, page) => read("findScheduledIds", dueBy, page),
    findUnsettled: (page) => read("findUnsettledIds", page),
    replace: (campaign, expectedVersion) => write("replaceCampaign", campaign, expectedVersion),
    delete: (id, expectedVersion) => write("deleteCampaign", id, expectedVersion),
  };
}

function communicationsOf({ read, write }: Session): Store["communications"] {
  return {
    plan: (range) => write("planRange", range),
    get: (id) => read("getCommunication", id),
    list: (filter, page) => read("listCommunications", filter, page),
    stats: (campaignId) => read("campaignStats", campaignId),
    record: async (facts) =>
      new Map((await inChunks(facts, (chunk) => write("recordFacts", chunk))).flatMap((channels) => [...channels])),
    skipRows: (rows) => write("skipRows", rows),
    reopen: (rows) => write("reopenRows", rows),
    remaining: (campaignId) => read("remainingOf", campaignId),
  };
}

function claimsOf({ write }: Session): Store["claims"] {
  return {
    claim: (request) => write("claimRows", request),
    renew: (claims, leaseMs) => write("renewClaims", claims, leaseMs),
    reserveAddresses: (campaignId, reservations) => write("reserveAddresses", campaignId, reservations),
    beginCalls: (calls, timeoutMs) => write("beginCalls", calls, timeoutMs),
    release: (claims) => write("releaseClaims", claims),
    refund: (claims) => write("refundClaims", claims),
    skip: (claims) => write("skipClaims", claims),
    leaveUnknown: (claims) => write("leaveUnknown", claims),
    sweep: (sweeping) => write("sweepLeases", sweeping),
  };
}

function batchesOf({ read, write }: Session): Store["batches"] {
  return {
    insert: (batch) => write("insertBatch", batch),
    seal: (id, sealed) => write("sealBatch", id, sealed),
    record: (fates) => write("recordFates", fates),
    get: (id) => read("getBatch", id),
    list: (filter, page) => read("listBatches", filter, page),
    rejections: (id, page) => read("listRejections", id, page),
    touch: (id, queued) => write("touchBatch", id, queued),
    sealAbandoned: (idleMs) => write("sealAbandoned", idleMs),
  };
}

/** In order, one after the other. */
async function inChunks<T, R>(items: readonly T[], work: (chunk: readonly T[]) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += CHUNK) results.push(await work(items.slice(start, start + CHUNK)));
  return results;
}

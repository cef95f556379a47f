import { v7 as uuidV7 } from "uuid";
import type { Engine } from "./engine/index.js";
import type { EngineOptions } from "./engine/options.js";
import { CrmError } from "./errors.js";
import { memoryScratch } from "./memory/memory-scratch.js";
import { memorySpool } from "./memory/memory-spool.js";
import { ATTRIBUTE_TYPES, type AttributeTypes, isAttributeName } from "./model/attribute.js";
import { isPhoneRegion } from "./model/contact/address.js";
import { isTimeZone } from "./model/instant.js";
import { currencyDecimals } from "./model/money.js";
import { SILENT_LOGGER } from "./ports/runtime.js";
import { createBatchNews } from "./usecases/batches/batch-news.js";
import { createBatches } from "./usecases/batches/batches.js";
import { createIngest } from "./usecases/batches/ingest.js";
import { createCampaigns } from "./usecases/campaigns/campaigns.js";
import { planOne } from "./usecases/campaigns/plan-campaign.js";
import { startScheduled } from "./usecases/campaigns/start-scheduled.js";
import { createDeliver } from "./usecases/communications/deliver.js";
import { createReceipts } from "./usecases/communications/receipts.js";
import { sweepOnce } from "./usecases/communications/sweep.js";
import { createCustomers } from "./usecases/customers.js";
import { createDownloads } from "./usecases/downloads.js";
import { createDryRun } from "./usecases/dry-run/dry-run.js";
import { createPreviewRows } from "./usecases/dry-run/preview-rows.js";
import type { EngineParts } from "./usecases/engine-parts.js";
import { finishErasures } from "./usecases/erasures/finish-erasures.js";
import { createCampaignFigures } from "./usecases/figures/campaign-figures.js";
import { createDashboard } from "./usecases/figures/dashboard.js";
import { mendFigures } from "./usecases/figures/mend-figures.js";
import { createBeat } from "./usecases/health/beat.js";
import { createHealth } from "./usecases/health/health.js";
import { createInHand } from "./usecases/health/in-hand.js";
import { createLook } from "./usecases/health/look.js";
import { createWaits } from "./usecases/health/waits.js";
import { watchedQueue, watchedStore } from "./usecases/health/watched-ports.js";
import { keptAddressing } from "./usecases/kept-addressing.js";
import { createMaps } from "./usecases/maps/maps.js";
import { createOrders, createRecount } from "./usecases/orders.js";
import { createQueues } from "./usecases/queues.js";
import { createReady } from "./usecases/ready.js";
import { createSegments } from "./usecases/segments/segments.js";
import { createVendorState } from "./usecases/sender/vendor-state.js";
import { stamps } from "./usecases/stamps.js";
import { followClock } from "./usecases/store-time.js";
import { createSuppressions } from "./usecases/suppressions/suppressions.js";
import { createTopics } from "./usecases/topics.js";

const MIN_ADDRESS_KEY = 32;

/**
 * Makes an engine of a store, a queue and, to send, a vendor. Does no I/O: the first use connects.
 * Throws CrmError `invalid` for a currency, time zone or type of attribute that does not exist, for a lease shorter than a vendor call, and
 * for a vendor whose calls have no bound in bytes.
 */
export function createEngine(options: EngineOptions): Engine {
  const parts = engineParts(options);
  const { store, queue, sender } = parts;
  const ingest = { ...createIngest(parts), dryRun: createDryRun(parts), preview: createPreviewRows(parts) };
  const news = createBatchNews(parts);
  const inHand = createInHand();
  const vendor = sender && createVendorState(parts, sender);
  const look = createLook(parts);
  const waits = createWaits(parts, look);
  const segments = createSegments(parts);
  const figures = createCampaignFigures(parts);
  const campaigns = createCampaigns(parts, waits, figures);
  const receipts = createReceipts(parts);
  const health = createHealth(parts, look);
  const suppressions = createSuppressions(parts);
  let closing: Promise<void> | undefined;
  return {
    context: parts.context,
    ingest,
    batches: createBatches(parts, waits),
    customers: createCustomers(parts),
    suppressions,
    orders: createOrders(parts),
    maps: createMaps(parts),
    segments,
    campaigns,
    receipts,
    queues: createQueues(parts),
    health,
    dashboard: createDashboard(parts, { waits, figures, findings: health.findings }),
    downloads: createDownloads(parts),
    untrusted: { ingest, segments, campaigns, receipts, suppressions },
    idempotency: store.idempotency,
    recount: createRecount(parts),
    work: {
      topics: createTopics(parts, { news, inHand }),
      schedule: () => startScheduled(parts),
      plan: (signal) => planOne(parts, signal),
      deliver: vendor ? createDeliver(parts, vendor, inHand) : async () => false,
      beat: createBeat(parts, { look, inHand, seenVendor: vendor?.breaker.seen }),
      mend: async () => {
        await figures.countEnded();
        return mendFigures(parts);
      },
      erase: () => finishErasures(parts),
      sweep: async () => {
        await sweepOnce(parts);
        await news.tell();
      },
    },
    ready: createReady(parts),
    close: () => {
      closing ??= closeInOrder([sender, queue, store]);
      return closing;
    },
  };
}

function engineParts(options: EngineOptions): EngineParts {
  const { currency = "USD", timeZone = "UTC" } = options;
  if (!isTimeZone(timeZone)) throw new CrmError("invalid", `timeZone: ${timeZone} is not an IANA time zone`);
  const leaseMs = options.leaseMs ?? 15_000;
  if (options.sender && options.sender.timeoutMs >= leaseMs) {
    throw new CrmError(
      "invalid",
      `leaseMs: ${leaseMs} must be longer than the sender's time-out of ${options.sender.timeoutMs} ms`,
    );
  }
  if (options.sender && !(options.sender.maxBatchBytes > 0)) {
    throw new CrmError("invalid", "sender: maxBatchBytes must say how many bytes of messages one call may have");
  }
  if (options.addressKey !== undefined && options.addressKey.length < MIN_ADDRESS_KEY) {
    throw new CrmError("invalid", `addressKey: must have at least ${MIN_ADDRESS_KEY} characters`);
  }
  const { clock, elapsed } = clocksOf(options);
  const logger = options.logger ?? SILENT_LOGGER;
  const store = watchedStore(options.store, logger, elapsed);
  return {
    store,
    queue: watchedQueue(options.queue, logger, elapsed),
    logger,
    sender: options.sender,
    addresses: keptAddressing(store.settings, options),
    rejectsUnknownCustomers: options.unknownCustomers === "reject",
    context: {
      currency,
      timeZone,
      currencyDecimals: decimalsOf(currency),
      defaultConsent: options.defaultConsent ?? "subscribed",
      ...(options.phoneRegion === undefined ? {} : { phoneRegion: checkedRegion(options.phoneRegion) }),
      ...(options.attributes === undefined ? {} : { attributes: checkedAttributes(options.attributes) }),
    },
    estimateTimeoutMs: options.estimateTimeoutMs ?? 2_000,
    analyticsTimeoutMs: options.analyticsTimeoutMs ?? 10_000,
    batchSize: options.batchSize ?? 500,
    leaseMs,
    maxAttempts: options.maxAttempts ?? 0,
    retryMs: (options.retryMinutes ?? 1_440) * 60_000,
    senderRate: options.senderRate,
    breakerFailures: options.breakerFailures ?? 10,
    vendorDownAfterMs: options.vendorDownAfterMs ?? 300_000,
    unsubscribeUrl: options.unsubscribeUrl,
    openSpool: options.openSpool ?? memorySpool(),
    openScratch: options.openScratch ?? memoryScratch(),
    clock,
    elapsed,
    newId: options.newId ?? uuidV7,
    nextStamp: stamps(clock),
  };
}

/** A clock that is given stands for both. */
function clocksOf({ store, clock }: EngineOptions): Pick<EngineParts, "clock" | "elapsed"> {
  if (clock) return { clock: async () => clock(), elapsed: clock };
  return { clock: followClock(store.clock), elapsed: () => performance.now() };
}

function checkedRegion(phoneRegion: string): string {
  if (isPhoneRegion(phoneRegion)) return phoneRegion;
  throw new CrmError("invalid", `phoneRegion: ${phoneRegion} is not the ISO 3166 code of a country such as GB`);
}

function checkedAttributes(attributes: AttributeTypes): AttributeTypes {
  for (const [name, type] of Object.entries(attributes)) {
    if (!isAttributeName(name))
      throw new CrmError("invalid", `attributes: ${JSON.stringify(name)} can't be the name of an attribute`);
    if (!ATTRIBUTE_TYPES.includes(type)) {
      throw new CrmError(
        "invalid",
        `attributes: ${name} must be one of ${ATTRIBUTE_TYPES.join(", ")}, not ${JSON.stringify(type)}`,
      );
    }
  }
  return { ...attributes };
}

function decimalsOf(currency: string): number {
  try {
    return currencyDecimals(currency);
  } catch (cause) {
    throw new CrmError("invalid", `currency: ${currency} is not an ISO 4217 code`, { cause });
  }
}

/** Closes all, each once, even where one fails; then throws the first failure. */
async function closeInOrder(parts: readonly ({ close(): Promise<void> } | undefined)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const part of parts) await part?.close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

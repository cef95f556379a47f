import * as batches from "../batches.js";
import * as campaigns from "../campaigns.js";
import * as claims from "../claims/claims.js";
import { reserveAddresses } from "../claims/reserve-addresses.js";
import { campaignStats } from "../communications/campaign-stats.js";
import * as communications from "../communications/communications.js";
import { planRange } from "../communications/plan-range.js";
import { recordFacts } from "../communications/record-facts.js";
import * as settling from "../communications/settle-rows.js";
import * as idempotency from "../coordination/idempotency.js";
import * as leases from "../coordination/leases.js";
import * as results from "../coordination/outcomes.js";
import * as rates from "../coordination/rates.js";
import { countCustomers, previewCustomers } from "../customers/count-customers.js";
import * as customers from "../customers/customers.js";
import { findCustomers, idAfter } from "../customers/find-customers.js";
import * as totals from "../customers/order-totals.js";
import * as orders from "../orders/orders.js";
import * as messages from "../queue-messages.js";
import { migrate } from "../schema/migrations.js";
import type { Scope } from "../schema/scope.js";
import * as segments from "../segments.js";

type Operation = (scope: Scope, ...args: never[]) => unknown;

/** Run on the reader's thread, which may be busy with a long one. */
export const reads = {
  version: ({ db }: Scope) => db.version,
  getCustomer: customers.getCustomer,
  getCustomers: customers.getCustomers,
  findOwners: customers.findOwners,
  findCustomers,
  countCustomers,
  previewCustomers,
  idAfter,
  findWrongTotals: totals.findWrongTotals,
  getOrder: orders.getOrder,
  listOrders: orders.listOrders,
  getSegment: segments.getSegment,
  listSegments: segments.listSegments,
  getCampaign: campaigns.getCampaign,
  listCampaigns: campaigns.listCampaigns,
  findCampaignIds: campaigns.findCampaignIds,
  findScheduledIds: campaigns.findScheduledIds,
  findUnsettledIds: campaigns.findUnsettledIds,
  getCommunication: communications.getCommunication,
  listCommunications: communications.listCommunications,
  campaignStats,
  remainingOf: communications.remainingOf,
  getBatch: batches.getBatch,
  listBatches: batches.listBatches,
  listRejections: batches.listRejections,
  queueDepth: messages.queueDepth,
  listDeadLetters: messages.listDeadLetters,
  lastDeadLetter: messages.lastDeadLetter,
} satisfies Record<string, Operation>;

/** Run on the writer's thread inside a transaction. */
export const writes = {
  migrate,
  applyCustomers: customers.applyCustomers,
  eraseCustomer: customers.eraseCustomer,
  withdrawConsent: customers.withdrawConsent,
  applyOrders: orders.applyOrders,
  correctTotals: totals.correctTotals,
  insertSegment: segments.insertSegment,
  replaceSegment: segments.replaceSegment,
  deleteSegment: segments.deleteSegment,
  insertCampaign: campaigns.insertCampaign,
  replaceCampaign: campaigns.replaceCampaign,
  deleteCampaign: campaigns.deleteCampaign,
  planRange,
  recordFacts,
  claimRows: claims.claimRows,
  renewClaims: claims.renewClaims,
  reserveAddresses,
  beginCalls: claims.beginCalls,
  releaseClaims: claims.releaseClaims,
  refundClaims: claims.refundClaims,
  skipClaims: claims.skipClaims,
  leaveUnknown: claims.leaveUnknown,
  sweepLeases: claims.sweepLeases,
  skipRows: settling.skipRows,
  reopenRows: settling.reopenRows,
  insertBatch: batches.insertBatch,
  sealBatch: batches.sealBatch,
  recordFates: batches.recordFates,
  touchBatch: batches.touchBatch,
  sealAbandoned: batches.sealAbandoned,
  acquireLease: leases.acquireLease,
  renewLease: leases.renewLease,
  releaseLease: leases.releaseLease,
  takeTokens: rates.takeTokens,
  putBackTokens: rates.putBackTokens,
  recordOutcomes: results.recordOutcomes,
  beginAnswer: idempotency.beginAnswer,
  renewAnswer: idempotency.renewAnswer,
  finishAnswer: idempotency.finishAnswer,
  abandonAnswer: idempotency.abandonAnswer,
  publishMessages: messages.publishMessages,
  takeTurn: messages.takeTurn,
  replayDeadLetters: messages.replayDeadLetters,
} satisfies Record<string, Operation>;

/** Short reads on the writer's thread, outside of its transactions. */
export const peeks = { dueTopics: messages.dueTopics } satisfies Record<string, Operation>;

type ArgsOf<F> = F extends (scope: Scope, ...args: infer A) => unknown ? A : never;
type ResultOf<F> = F extends (scope: Scope, ...args: never[]) => infer R ? R : never;

/** How the main side calls operations of a table. */
export type Call<T extends Record<string, Operation>> = <N extends keyof T & string>(
  name: N,
  ...args: ArgsOf<T[N]>
) => Promise<ResultOf<T[N]>>;

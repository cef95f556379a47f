/** What the author of an adapter can reach: the ports, what their methods take and give, and the folds that every store applies. */

export type { ProcessReport } from "./engine/work.js";
export type { ErrorCode, Issue } from "./errors.js";
export { CrmError, hasCode } from "./errors.js";
export type {
  BatchKind,
  BatchRecord,
  Fates,
  Identities,
  Identity,
  PartRef,
  PartState,
  Rejection,
  StoredBatch,
} from "./model/batch.js";
export { batchStatus } from "./model/batch.js";
export type {
  CampaignMessage,
  CampaignMove,
  CampaignPlan,
  CampaignReopening,
  CampaignSchedule,
  CampaignStatus,
  PauseReason,
  StoredCampaign,
} from "./model/campaign.js";
export { CAMPAIGN_STATUSES } from "./model/campaign.js";
export type { MinuteCount, RowCount } from "./model/campaign-stats.js";
export { COUNTED_BY_REASON, campaignStats, TIMELINE_STEP_MS } from "./model/campaign-stats.js";
export type { Addresses, AddressField, Channel } from "./model/channel.js";
export { ADDRESS_FIELDS, addressFieldOf, CHANNELS } from "./model/channel.js";
export { compareCodePoints } from "./model/code-points.js";
export type {
  CampaignCounts,
  ClaimedCommunication,
  DeliveryFact,
  DeliveryStatus,
  Evidence,
  FactState,
  SkipReason,
  StoredCommunication,
} from "./model/communication-log.js";
export { campaignsOf, DELIVERY_STATUSES, foldFact, logId, messageId, reopenLog, splitLogId } from "./model/communication-log.js";
export type { AddressHold, AddressHolder, EpochRange } from "./model/contact/address-hold.js";
export { holdOf } from "./model/contact/address-hold.js";
export type { Mailbox } from "./model/contact/mailbox.js";
export type { Reach, ReachQuestion, ReachRefusal } from "./model/contact/reach.js";
export { REACH_REFUSALS, reachOf } from "./model/contact/reach.js";
export type { AddressEvidence, AddressKey, EvidenceKind, FoldedEvidence, Suppression } from "./model/contact/suppression.js";
export { foldEvidence, NO_EVIDENCE, suppressedBy } from "./model/contact/suppression.js";
export type {
  AttributeValue,
  Consent,
  CustomerChange,
  CustomerFields,
  CustomerOutcome,
  Stamp,
  StoredCustomer,
  SuppressionMark,
} from "./model/customer.js";
export { bareCustomer, foldCustomerChange, withdrawConsent } from "./model/customer.js";
export type { EdgeContext } from "./model/edge.js";
export type { Effect, EffectCounts, Stamps } from "./model/effect.js";
export { acceptedIn, EFFECTS, effectOf, isEffect } from "./model/effect.js";
export type { ErasedAddress, ErasureRequest, StoredErasure } from "./model/erasure.js";
export { foldErasure, reasonWithoutWords, withProgress } from "./model/erasure.js";
export type { CustomerProfile, ProfileBounds, ProfileGroup, ProfileMeasure } from "./model/figures/customer-profile.js";
export { PROFILE_MEASURES, profileOf } from "./model/figures/customer-profile.js";
export type { SeenCount } from "./model/figures/deliveries.js";
export { SEEN_STEP_MS } from "./model/figures/deliveries.js";
export type { OrderLink } from "./model/figures/order-link.js";
export type { ProductChoice, SoldProduct } from "./model/figures/product-sales.js";
export { ProductSales } from "./model/figures/product-sales.js";
export type { StoredMap } from "./model/imports/stored-map.js";
export type { Instant } from "./model/instant.js";
export { formatInstant, readTimeText } from "./model/instant.js";
export type { MinorUnits } from "./model/money.js";
export type { OrderChange, OrderItem, OrderOutcome, OrderTotals, StampedOrder, StoredOrder } from "./model/order.js";
export { MAX_ORDERS_TOTAL, orderStampsAfter, totalsOf } from "./model/order.js";
export type { Receipt, ReceiptStatus, StatusWith } from "./model/receipt.js";
export { DELIVERY_PRECEDENCE, hasTrait, RECEIPT_STATUSES, statusesWith } from "./model/receipt.js";
export { keysOf, recordOf } from "./model/record-of.js";
export type { PinnedSegment, PinnedSegments, StoredRule, StoredSegment } from "./model/segment.js";
export type { Batches } from "./ports/batches.js";
export { MAX_BATCH_ERRORS, MAX_LISTED_ERRORS, MAX_REJECTIONS } from "./ports/batches.js";
export type { CampaignFilter, Campaigns } from "./ports/campaigns.js";
export type { AddressReservation, ClaimRef, ClaimRequest, Claims, Release } from "./ports/claims.js";
export type {
  CommunicationFilter,
  Communications,
  FoundBy,
  PlanRange,
  RowAddress,
  RowsToSettle,
} from "./ports/communications.js";
export type {
  Idempotency,
  KeyState,
  Leases,
  LoweredRate,
  Outcomes,
  Rates,
  Settings,
  StoreClock,
  StoredResponse,
} from "./ports/coordination.js";
export type { AddressMark, AudiencePreview, ConsentWithdrawal, Customers, QueryOptions } from "./ports/customers.js";
export type { Erasures } from "./ports/erasures.js";
export type { Figure, Figures, StaleMark } from "./ports/figures.js";
export { hoursOf } from "./ports/figures.js";
export type { Doing, Duty, Heartbeat, Heartbeats, Role, StoredHeartbeat, VendorHealth } from "./ports/heartbeats.js";
export { BEAT_EVERY_MS } from "./ports/heartbeats.js";
export type { Nouns, Store } from "./ports/index.js";
export type { Maps } from "./ports/maps.js";
export type { LineCount, Orders, RecipientOrders, Recount, TimeSpan } from "./ports/orders.js";
export type { Page, PageRequest } from "./ports/page.js";
export { encodeCursor, pageOf, readCursor } from "./ports/page.js";
export type {
  ConsumerEvents,
  DeliveredMessage,
  MessageHandler,
  MessageQueue,
  QueueDepth,
  QueueMessage,
  StoredDeadLetter,
  SubscribeOptions,
  Subscription,
  Topic,
} from "./ports/queue.js";
export { askedPauseMs, TOPICS } from "./ports/queue.js";
export type { Clock, Logger, NewId, ServiceInfo } from "./ports/runtime.js";
export { SILENT_LOGGER } from "./ports/runtime.js";
export type { Segments } from "./ports/segments.js";
export type { OutgoingMessage, Sender, SendResult } from "./ports/sender.js";
export type { OpenScratch, OpenSpool, Scratch, Spool } from "./ports/spool.js";
export type { Suppressions } from "./ports/suppressions.js";
export type { Versioned, VersionedRecord } from "./ports/versioned.js";
export type {
  Condition,
  ConsentRef,
  FieldRef,
  MessagesRef,
  OrdersRef,
  SampleRef,
  Test,
  TimeRange,
  ValueType,
  YearlyDays,
} from "./query/condition/condition.js";
export { foldText, SAMPLE_PLACES } from "./query/condition/condition.js";
export type { RelationRef } from "./query/condition/condition-parts.js";
export { conjuncts, fieldsIn, isRelationRef, readsAny } from "./query/condition/condition-parts.js";
export { evaluate } from "./query/condition/evaluate.js";
export { foldCondition } from "./query/condition/fold-condition.js";
export { holds } from "./query/condition/holds.js";
export type { Range } from "./query/condition/merge-ranges.js";
export { mergeRanges } from "./query/condition/merge-ranges.js";
export type { MessageEvent } from "./query/condition/message-event.js";
export { evidenceOf, MESSAGE_EVENTS } from "./query/condition/message-event.js";
export type { FilteredTotals, OrderFilter, OrderGroup } from "./query/condition/order-filter.js";
export { filteredTotals, SUM_UNIT, sumOf } from "./query/condition/order-filter.js";
export {
  holdsWithoutRows,
  partiallyEvaluate,
  requiredRelations,
  verdictWithRows,
} from "./query/condition/partial-evaluation.js";
export type { RowFilter, RowSearch } from "./query/condition/row-filter.js";
export { statusesWanted } from "./query/condition/row-filter.js";
export { sampleHash } from "./query/condition/sample.js";
export type { Narrowing } from "./query/condition/selectivity.js";
export { narrowing } from "./query/condition/selectivity.js";
export type { Subject } from "./query/condition/subject.js";
export { firstTerm, prefixEnd, searchTerms } from "./query/customer-search.js";
export type { Rule } from "./query/language/rule.js";
export type { RowLook } from "./query/log-search.js";
export { FOUND_KEY, findRows } from "./query/log-search.js";

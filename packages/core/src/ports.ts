/** What the author of an adapter can reach: the ports, what their methods take and give, and the folds that every store applies. */

export type { ErrorCode, Issue } from "./errors.js";
export { CrmError, hasCode } from "./errors.js";
export type { Batch, BatchKind, Fates, Rejection, StoredBatch } from "./model/batch.js";
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
export type {
  CampaignStats,
  ClaimedCommunication,
  DeliveryFact,
  DeliveryStatus,
  Evidence,
  SkipReason,
  StoredCommunication,
} from "./model/communication-log.js";
export { DELIVERY_STATUSES, foldFact, logId, messageId, reopenLog, splitLogId } from "./model/communication-log.js";
export type {
  AttributeValue,
  Channel,
  Consent,
  Customer,
  CustomerChange,
  CustomerFields,
  CustomerOutcome,
  Stamp,
  StoredCustomer,
} from "./model/customer.js";
export { applyCustomerChange, bareCustomer, CHANNELS, withdrawConsent } from "./model/customer.js";
export type { EdgeContext } from "./model/edge.js";
export type { Instant } from "./model/instant.js";
export { formatInstant, readTimeText } from "./model/instant.js";
export type { MinorUnits } from "./model/money.js";
export type { OrderChange, OrderItem, OrderOutcome, OrderTotals, StoredOrder } from "./model/order.js";
export { totalsOf } from "./model/order.js";
export type { Receipt, ReceiptStatus } from "./model/receipt.js";
export { RECEIPT_STATUSES } from "./model/receipt.js";
export type { Rule } from "./model/rule.js";
export type { PinnedSegment, PinnedSegments, StoredSegment } from "./model/segment.js";
export { type Batches, MAX_REJECTIONS } from "./ports/batches.js";
export type { Campaigns } from "./ports/campaigns.js";
export type { ClaimRef, ClaimRequest, Claims } from "./ports/claims.js";
export type { Communications, PlanRange, RowsToSettle } from "./ports/communications.js";
export type { Idempotency, KeyState, Leases, Outcomes, Rates, StoredResponse } from "./ports/coordination.js";
export type { AudiencePreview, ConsentWithdrawal, Customers, QueryOptions } from "./ports/customers.js";
export type { Store } from "./ports/index.js";
export type { Orders, Recount } from "./ports/orders.js";
export type { Page, PageRequest } from "./ports/page.js";
export { pageOf, readCursor } from "./ports/page.js";
export type {
  DeadLetter,
  DeliveredMessage,
  MessageHandler,
  MessageQueue,
  QueueDepth,
  QueueMessage,
  Subscription,
  Topic,
} from "./ports/queue.js";
export { askedPauseMs, TOPICS } from "./ports/queue.js";
export type { Clock, Logger, NewId, ServiceInfo } from "./ports/runtime.js";
export type { Segments } from "./ports/segments.js";
export type { OutgoingMessage, Sender, SendResult } from "./ports/sender.js";
export type { OpenSpool, Spool } from "./ports/spool.js";
export type { Condition, FieldRef, MessagesRef, OrdersRef, SampleRef, Test, TimeRange } from "./query/condition/condition.js";
export { foldText, SAMPLE_PLACES } from "./query/condition/condition.js";
export { conjuncts, fieldsIn, readsAny } from "./query/condition/condition-parts.js";
export { holds } from "./query/condition/holds.js";
export type { Range } from "./query/condition/merge-ranges.js";
export { disjoint } from "./query/condition/merge-ranges.js";
export { withoutRows, withRows } from "./query/condition/partial-evaluation.js";
export { sampleHash } from "./query/condition/sample.js";
export type { Subject } from "./query/condition/subject.js";

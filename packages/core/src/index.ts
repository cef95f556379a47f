export { type Batcher, createBatcher } from "./batch/batcher.js";
export { createEngine } from "./create-engine.js";
export type { Accepted, Ingest, IngestOptions, RowInput } from "./engine/batches.js";
export type { CampaignInput, ScheduleInput, UnknownResolution } from "./engine/campaigns.js";
export type { Engine } from "./engine/index.js";
export type { EngineOptions } from "./engine/options.js";
export type { RecountResult } from "./engine/orders.js";
export type { Estimate, RuleRequest, SegmentInput } from "./engine/segments.js";
export type { Work } from "./engine/work.js";
export { CrmError, type ErrorCode, type ErrorDetails, hasCode, type Issue } from "./errors.js";
export type { AttributeType, AttributeTypes } from "./model/attribute.js";
export { type Batch, type BatchKind, type BatchStatus, batchStatus, type Fates, type Rejection } from "./model/batch.js";
export {
  CAMPAIGN_STATUSES,
  type Campaign,
  type CampaignMessage,
  type CampaignMove,
  type CampaignPlan,
  type CampaignReopening,
  type CampaignSchedule,
  type CampaignStatus,
  type PauseReason,
} from "./model/campaign.js";
export {
  type CampaignStats,
  type ClaimedLog,
  type CommunicationLog,
  DELIVERY_STATUSES,
  type DeliveryFact,
  type DeliveryStatus,
  type Evidence,
  foldFact,
  logId,
  messageId,
  reopenLog,
  type SkipReason,
  splitLogId,
} from "./model/communication-log.js";
export {
  type AttributeValue,
  applyCustomerChange,
  bareCustomer,
  CHANNELS,
  type Channel,
  type Consent,
  type Customer,
  type CustomerChange,
  type CustomerFields,
  type CustomerOutcome,
  customerSchema,
  type Stamp,
  type StoredCustomer,
  withdrawConsent,
} from "./model/customer.js";
export { type EdgeContext, issuesOf } from "./model/edge.js";
export { formatInstant, type Instant, readTimeText } from "./model/instant.js";
export { fromMinorUnits, type MinorUnits } from "./model/money.js";
export {
  type Order,
  type OrderChange,
  type OrderItem,
  type OrderOutcome,
  type OrderTotals,
  orderSchema,
  totalsOf,
} from "./model/order.js";
export { ORDER_LINE_PRESETS, type OrderLineMap } from "./model/order-line-map.js";
export { RECEIPT_STATUSES, type Receipt, type ReceiptStatus, receiptSchema } from "./model/receipt.js";
export type { PinnedSegment, PinnedSegments, Segment, StoredRule } from "./model/segment.js";
export type { Campaigns } from "./ports/campaigns.js";
export type { ClaimRef, ClaimRequest } from "./ports/claims.js";
export type { Communications, PlanRange, RowsToSettle } from "./ports/communications.js";
export type { KeyState, Outcomes, StoredResponse } from "./ports/coordination.js";
export type { AudiencePreview, ConsentWithdrawal, Customers, QueryOptions } from "./ports/customers.js";
export type { Store } from "./ports/index.js";
export type { Recount } from "./ports/orders.js";
export type { Page, PageRequest } from "./ports/page.js";
export { pageOf, readCursor } from "./ports/page.js";
export {
  type DeadLetter,
  type DeliveredMessage,
  type MessageHandler,
  type MessageQueue,
  type QueueDepth,
  type QueueMessage,
  type Subscription,
  TOPICS,
  type Topic,
} from "./ports/queue.js";
export type { Clock, Logger, NewId, ServiceInfo } from "./ports/runtime.js";
export type { OutgoingMessage, Sender, SendResult } from "./ports/sender.js";
export type { OpenSpool, Spool } from "./ports/spool.js";
export {
  type Condition,
  type FieldRef,
  foldText,
  type MessagesRef,
  type OrdersRef,
  SAMPLE_PLACES,
  type SampleRef,
  type Test,
  type TimeRange,
} from "./query/condition/condition.js";
export { conjuncts, fieldsIn, readsAny } from "./query/condition/condition-parts.js";
export { holds } from "./query/condition/holds.js";
export { disjoint, type Range } from "./query/condition/merge-ranges.js";
export { withoutRows, withRows } from "./query/condition/partial-evaluation.js";
export { sampleHash } from "./query/condition/sample.js";
export type { Subject } from "./query/condition/subject.js";
export type { Explanation } from "./query/explain.js";
export {
  all,
  any,
  attribute,
  attributesOf,
  consent,
  field,
  messages,
  not,
  orderField,
  orders,
  sample,
  segment,
} from "./query/language/builder.js";
export type { CatalogueField, FieldCatalogue } from "./query/language/catalogue.js";
export { type DescribeOptions, describe } from "./query/language/describe.js";
export type { Rule } from "./query/language/rule.js";
export { type RuleJsonSchemas, ruleJsonSchemas } from "./query/language/rule-json-schema.js";
export { matches } from "./query/matches.js";
export { rowsIn } from "./usecases/batches/row-message.js";
export { campaignSchema, resolveUnknownSchema, scheduleSchema, testMessageSchema } from "./usecases/campaigns/campaign-inputs.js";
export { segmentSchema } from "./usecases/segments/segments.js";

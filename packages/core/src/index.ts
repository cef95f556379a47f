export { type Batcher, createBatcher } from "./batch/batcher.js";
export { createEngine } from "./create-engine.js";
export type {
  Accepted,
  CampaignInput,
  Engine,
  EngineOptions,
  Estimate,
  Ingest,
  IngestOptions,
  RecountResult,
  RowInput,
  RuleRequest,
  ScheduleInput,
  SegmentInput,
  UnknownResolution,
  Work,
} from "./engine/index.js";
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
export { pageOf, readCursor } from "./model/cursor.js";
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
export type { Rule } from "./model/rule.js";
export type { PinnedSegment, PinnedSegments, Segment } from "./model/segment.js";
export {
  type Begun,
  type Campaigns,
  type ClaimRef,
  type ClaimRequest,
  type Clock,
  type Communications,
  type ConsentWithdrawal,
  type Customers,
  type DeadLetter,
  type DeliveredMessage,
  type IdempotentAnswer,
  type Logger,
  type MessageHandler,
  type MessageQueue,
  type NewId,
  type OpenSpool,
  type OutgoingMessage,
  type Page,
  type PageRequest,
  type PlanRange,
  type QueryOptions,
  type QueueDepth,
  type QueueMessage,
  type Recount,
  type Results,
  type RowsToSettle,
  type Sender,
  type SendResult,
  type ServiceInfo,
  type Spool,
  type Store,
  type Subscription,
  type Survey,
  TOPICS,
  type Topic,
} from "./ports/index.js";
export {
  type Condition,
  type FieldRef,
  foldText,
  type MessagesRef,
  type OrdersRef,
  SAMPLE_PLACES,
  type SampleRef,
  type TimeRange,
} from "./query/condition/condition.js";
export { holds } from "./query/condition/holds.js";
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
export { type RuleJsonSchemas, ruleJsonSchemas } from "./query/language/rule-json-schema.js";
export { matches } from "./query/matches.js";
export { rowsIn } from "./usecases/batches/row-message.js";
export { campaignSchema, resolveUnknownSchema, scheduleSchema, testMessageSchema } from "./usecases/campaigns/campaign-inputs.js";
export { segmentSchema } from "./usecases/segments/segments.js";

/** What a program that embeds the engine can reach. A name more is a promise more. */

export { createEngine } from "./create-engine.js";
export type { Accepted, Ingest, IngestOptions, RowInput } from "./engine/batches.js";
export type { CampaignInput, ScheduleInput, UnknownResolution } from "./engine/campaigns.js";
export type { Engine } from "./engine/index.js";
export type { EngineOptions } from "./engine/options.js";
export type { RecountResult } from "./engine/orders.js";
export type { Estimate, RuleRequest, SegmentInput } from "./engine/segments.js";
export type { ConsumeOptions, TopicWork, Work } from "./engine/work.js";
export type { ErrorCode, ErrorDetails, Issue } from "./errors.js";
export { CrmError, hasCode } from "./errors.js";
export type { AttributeType, AttributeTypes } from "./model/attribute.js";
export type { BatchKind, Rejection, StoredBatch } from "./model/batch.js";
export type { CampaignStatus, StoredCampaign } from "./model/campaign.js";
export type { Channel } from "./model/channel.js";
export type { CampaignStats, DeliveryStatus, StoredCommunication } from "./model/communication-log.js";
export type { StoredCustomer } from "./model/customer.js";
export type { OrderItem, StoredOrder } from "./model/order.js";
export type { OrderLineMap } from "./model/order-line-map.js";
export { ORDER_LINE_PRESETS } from "./model/order-line-map.js";
export type { Receipt } from "./model/receipt.js";
export type { StoredSegment } from "./model/segment.js";
export type { Store } from "./ports/index.js";
export type { Page, PageRequest } from "./ports/page.js";
export type { DeadLetter, MessageQueue, QueueDepth, Subscription, Topic } from "./ports/queue.js";
export type { Logger, ServiceInfo } from "./ports/runtime.js";
export type { Sender } from "./ports/sender.js";
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
export type { DescribeOptions } from "./query/language/describe.js";
export { describe } from "./query/language/describe.js";
export type { Rule } from "./query/language/rule.js";

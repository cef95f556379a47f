/** What a program that embeds the engine can reach. A name more is a promise more. */

export { createEngine } from "./create-engine.js";
export type { Accepted } from "./engine/batches.js";
export type { CampaignInput, ScheduleInput, UnknownResolution } from "./engine/campaigns.js";
export type { ReceiptInput } from "./engine/communications.js";
export type { CustomerInput } from "./engine/customers.js";
export type { Engine } from "./engine/index.js";
export type { EngineOptions } from "./engine/options.js";
export type { OrderInput } from "./engine/orders.js";
export type { RuleRequest, SegmentInput } from "./engine/segments.js";
export type { IngestOptions, RowInput } from "./engine/untrusted.js";
export type { ConsumeOptions, TopicWork } from "./engine/work.js";
export type { ErrorCode, Issue } from "./errors.js";
export { CrmError, hasCode } from "./errors.js";
export type { AttributeType, AttributeTypes } from "./model/attribute.js";
export type { BatchKind, Rejection } from "./model/batch.js";
export type { CampaignStatus } from "./model/campaign.js";
export type { Channel } from "./model/channel.js";
export type { DeliveryStatus } from "./model/communication-log.js";
export type { ImportMap } from "./model/imports/import-map.js";
export type { Page, PageRequest } from "./ports/page.js";
export type { QueueDepth, Topic } from "./ports/queue.js";
export type { Logger } from "./ports/runtime.js";
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
export type { FieldCatalogue } from "./query/language/catalogue.js";
export { describe } from "./query/language/describe.js";
export type { Rule } from "./query/language/rule.js";
export type { Batch } from "./view/batch.js";
export type { Campaign } from "./view/campaign.js";
export type { CampaignStats } from "./view/campaign-stats.js";
export type { CommunicationLog } from "./view/communication-log.js";
export type { Customer } from "./view/customer.js";
export type { Estimate } from "./view/estimate.js";
export type { Explanation, ExplanationNode } from "./view/explanation.js";
export type { Order } from "./view/order.js";
export type { DeadLetter } from "./view/queue.js";
export type { Segment } from "./view/segment.js";

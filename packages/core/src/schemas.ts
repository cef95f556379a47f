/** What validates and shows JSON at an edge: schemas of what comes in, closed lists, forms of money and time. */

export { BATCH_KINDS } from "./model/batch.js";
export { CAMPAIGN_STATUSES } from "./model/campaign.js";
export { ADDRESS_FIELDS, CHANNELS } from "./model/channel.js";
export { DELIVERY_STATUSES, messageId } from "./model/communication-log.js";
export type { Consent } from "./model/customer.js";
export { customerSchema } from "./model/customer.js";
export type { EdgeContext } from "./model/edge.js";
export { issuesOf } from "./model/edge.js";
export type { Instant } from "./model/instant.js";
export { formatInstant } from "./model/instant.js";
export { fromMinorUnits } from "./model/money.js";
export { orderSchema } from "./model/order.js";
export { RECEIPT_STATUSES, receiptSchema } from "./model/receipt.js";
export { TOPICS } from "./ports/queue.js";
export type { RuleJsonSchemas } from "./query/language/rule-json-schema.js";
export { ruleJsonSchemas } from "./query/language/rule-json-schema.js";
export { campaignSchema, resolveUnknownSchema, scheduleSchema, testMessageSchema } from "./usecases/campaigns/campaign-inputs.js";
export { segmentSchema } from "./usecases/segments/segments.js";

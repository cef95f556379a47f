/** What validates input at an edge and describes it: schemas of what comes in and of the views that go out, closed lists, and the forms of mail. */

export { ATTRIBUTE_TYPES } from "./model/attribute.js";
export { BATCH_KINDS } from "./model/batch.js";
export { CAMPAIGN_STATUSES, isOver } from "./model/campaign.js";
export { ADDRESS_FIELDS, CHANNELS } from "./model/channel.js";
export { DELIVERY_STATUSES } from "./model/communication-log.js";
export { isPhoneRegion } from "./model/contact/address.js";
export { parseMailbox } from "./model/contact/mailbox.js";
export { DEFAULT_CONSENTS } from "./model/customer.js";
export { customerSchema } from "./model/customer-input.js";
export type { EdgeContext } from "./model/edge.js";
export { issuesOf } from "./model/edge.js";
export { PERIOD_UNITS } from "./model/figures/calendar.js";
export type { ConsentWord, DateFormat, MapEntry, MappedColumn, MappedType } from "./model/imports/import-map.js";
export { CONSENT_WORDS, MAPPED_TYPES } from "./model/imports/import-map.js";
export type { OrderLine, OrderLineNames, OrderLineTarget } from "./model/imports/order-line.js";
export { ORDER_LINE_TARGETS } from "./model/imports/order-line.js";
export { formatInstant, isTimeZone, readTimeText } from "./model/instant.js";
export { orderSchema } from "./model/order-input.js";
export { RECEIPT_STATUSES } from "./model/receipt.js";
export { recordOf } from "./model/record-of.js";
export { TOPICS } from "./ports/queue.js";
export type { RuleJsonSchemas } from "./query/language/rule-json-schema.js";
export { ruleJsonSchemas } from "./query/language/rule-json-schema.js";
export { plainBody } from "./template/mail-parts.js";
export {
  archiveSchema,
  campaignSchema,
  previewSchema,
  resolveUnknownSchema,
  retryFailedSchema,
  scheduleSchema,
  testMessageSchema,
} from "./usecases/campaigns/campaign-inputs.js";
export { receiptSchema } from "./usecases/communications/receipt-input.js";
export { discardSchema } from "./usecases/queues.js";
export { estimateRequestSchema, explainRequestSchema, ruleRequestSchema } from "./usecases/segments/rule-request.js";
export { segmentSchema } from "./usecases/segments/segments.js";
export { suppressionDecisionSchema } from "./usecases/suppressions/suppressions.js";
export { batchViewSchema, type DryRun, dryRunViewSchema } from "./view/batch.js";
export { campaignViewSchema } from "./view/campaign.js";
export { campaignStatsViewSchema } from "./view/campaign-stats.js";
export { communicationLogViewSchema } from "./view/communication-log.js";
export { contactableViewSchema } from "./view/contactable.js";
export { customerViewSchema } from "./view/customer.js";
export { begunErasureViewSchema, erasureViewSchema } from "./view/erasure.js";
export { estimateViewSchema } from "./view/estimate.js";
export { explanationViewSchema } from "./view/explanation.js";
export { fieldCatalogueViewSchema } from "./view/field-catalogue.js";
export { type CampaignReport, campaignReportViewSchema } from "./view/figures/campaign-report.js";
export { type Dashboard, dashboardViewSchema } from "./view/figures/dashboard.js";
export { type OrderAnalytics, orderAnalyticsViewSchema } from "./view/figures/order-analytics.js";
export { type SegmentAnalytics, segmentAnalyticsViewSchema } from "./view/figures/segment-analytics.js";
export { findingViewSchema } from "./view/health/finding.js";
export { vendorViewSchema } from "./view/health/vendor.js";
export { workerProcessViewSchema } from "./view/health/worker-process.js";
export { messagePreviewViewSchema } from "./view/message/message-preview.js";
export { orderViewSchema } from "./view/order.js";
export { orderTotalsViewSchema } from "./view/order-totals.js";
export { pageViewSchema } from "./view/page.js";
export { deadLetterViewSchema, queueDepthViewSchema } from "./view/queue.js";
export { ruleSchema, segmentViewSchema } from "./view/segment.js";
export { storedMapViewSchema } from "./view/stored-map.js";
export { suppressionViewSchema } from "./view/suppression.js";
export { TIMELINE_KINDS, timelineItemViewSchema } from "./view/timeline.js";

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const ENTRIES = {
  ".": "index.ts",
  "./ports": "ports.ts",
  "./schemas": "schemas.ts",
  "./memory": "memory/index.ts",
  "./testing": "testing/index.ts",
};
type Entry = keyof typeof ENTRIES;
const ALL = [".", "./ports", "./schemas", "./memory", "./testing"] as const satisfies readonly Entry[];

const program = programOf(Object.values(ENTRIES));
const checker = program.getTypeChecker();

/** A name more is a promise more, of a type as of a value: think before you add one. */
describe("the names of an entry", () => {
  it("`.`: for who embeds the engine: at most 20 values, and 60 with the types", () => {
    expect(namesOf(".")).toMatchInlineSnapshot(`
      [
        "CrmError",
        "all",
        "any",
        "attribute",
        "attributesOf",
        "consent",
        "createEngine",
        "describe",
        "field",
        "hasCode",
        "messages",
        "not",
        "orderField",
        "orders",
        "sample",
        "segment",
        "type Accepted",
        "type AttributeType",
        "type AttributeTypes",
        "type Batch",
        "type BatchKind",
        "type Campaign",
        "type CampaignInput",
        "type CampaignStats",
        "type CampaignStatus",
        "type Channel",
        "type CommunicationLog",
        "type ConsumeOptions",
        "type Customer",
        "type CustomerInput",
        "type DeadLetter",
        "type DeliveryStatus",
        "type Engine",
        "type EngineOptions",
        "type ErrorCode",
        "type Estimate",
        "type Explanation",
        "type ExplanationNode",
        "type FieldCatalogue",
        "type ImportMap",
        "type IngestOptions",
        "type Issue",
        "type Logger",
        "type Order",
        "type OrderInput",
        "type Page",
        "type PageRequest",
        "type QueueDepth",
        "type ReceiptInput",
        "type Rejection",
        "type RowInput",
        "type Rule",
        "type RuleRequest",
        "type ScheduleInput",
        "type Segment",
        "type SegmentInput",
        "type Topic",
        "type TopicWork",
        "type UnknownResolution",
      ]
    `);
    expect(namesOf(".").filter((name) => !name.startsWith("type ")).length).toBeLessThanOrEqual(20);
    expect(namesOf(".").length).toBeLessThanOrEqual(60);
  });

  it("`./ports`: for who writes an adapter, and what a store keeps is named nowhere else", () => {
    expect(namesOf("./ports")).toMatchInlineSnapshot(`
      [
        "ADDRESS_FIELDS",
        "BEAT_EVERY_MS",
        "CAMPAIGN_STATUSES",
        "CHANNELS",
        "COUNTED_BY_REASON",
        "CrmError",
        "DELIVERY_PRECEDENCE",
        "DELIVERY_STATUSES",
        "EFFECTS",
        "FOUND_KEY",
        "MAX_BATCH_ERRORS",
        "MAX_LISTED_ERRORS",
        "MAX_ORDERS_TOTAL",
        "MAX_REJECTIONS",
        "MESSAGE_EVENTS",
        "NO_EVIDENCE",
        "PROFILE_MEASURES",
        "ProductSales",
        "REACH_REFUSALS",
        "RECEIPT_STATUSES",
        "SAMPLE_PLACES",
        "SEEN_STEP_MS",
        "SILENT_LOGGER",
        "SUM_UNIT",
        "TIMELINE_STEP_MS",
        "TOPICS",
        "acceptedIn",
        "addressFieldOf",
        "askedPauseMs",
        "bareCustomer",
        "batchStatus",
        "campaignStats",
        "campaignsOf",
        "compareCodePoints",
        "conjuncts",
        "effectOf",
        "encodeCursor",
        "evaluate",
        "evidenceOf",
        "fieldsIn",
        "filteredTotals",
        "findRows",
        "firstTerm",
        "foldCondition",
        "foldCustomerChange",
        "foldErasure",
        "foldEvidence",
        "foldFact",
        "foldText",
        "formatInstant",
        "hasCode",
        "hasTrait",
        "holdOf",
        "holds",
        "holdsWithoutRows",
        "hoursOf",
        "isEffect",
        "isRelationRef",
        "keysOf",
        "logId",
        "mergeRanges",
        "messageId",
        "narrowing",
        "orderStampsAfter",
        "pageOf",
        "partiallyEvaluate",
        "prefixEnd",
        "profileOf",
        "reachOf",
        "readCursor",
        "readTimeText",
        "readsAny",
        "reasonWithoutWords",
        "recordOf",
        "reopenLog",
        "requiredRelations",
        "sampleHash",
        "searchTerms",
        "splitLogId",
        "statusesWanted",
        "statusesWith",
        "sumOf",
        "suppressedBy",
        "totalsOf",
        "type AddressEvidence",
        "type AddressField",
        "type AddressHold",
        "type AddressHolder",
        "type AddressKey",
        "type AddressMark",
        "type AddressReservation",
        "type Addresses",
        "type AttributeValue",
        "type AudiencePreview",
        "type BatchKind",
        "type BatchRecord",
        "type Batches",
        "type CampaignCounts",
        "type CampaignFilter",
        "type CampaignMessage",
        "type CampaignMove",
        "type CampaignPlan",
        "type CampaignReopening",
        "type CampaignSchedule",
        "type CampaignStatus",
        "type Campaigns",
        "type Channel",
        "type ClaimRef",
        "type ClaimRequest",
        "type ClaimedCommunication",
        "type Claims",
        "type Clock",
        "type CommunicationFilter",
        "type Communications",
        "type Condition",
        "type Consent",
        "type ConsentRef",
        "type ConsentWithdrawal",
        "type ConsumerEvents",
        "type CustomerChange",
        "type CustomerFields",
        "type CustomerOutcome",
        "type CustomerProfile",
        "type Customers",
        "type DeliveredMessage",
        "type DeliveryFact",
        "type DeliveryStatus",
        "type Doing",
        "type Duty",
        "type EdgeContext",
        "type Effect",
        "type EffectCounts",
        "type EpochRange",
        "type ErasedAddress",
        "type ErasureRequest",
        "type Erasures",
        "type ErrorCode",
        "type Evidence",
        "type EvidenceKind",
        "type FactState",
        "type Fates",
        "type FieldRef",
        "type Figure",
        "type Figures",
        "type FilteredTotals",
        "type FoldedEvidence",
        "type FoundBy",
        "type Heartbeat",
        "type Heartbeats",
        "type Idempotency",
        "type Identities",
        "type Identity",
        "type Instant",
        "type Issue",
        "type KeyState",
        "type Leases",
        "type LineCount",
        "type Logger",
        "type LoweredRate",
        "type Mailbox",
        "type Maps",
        "type MessageEvent",
        "type MessageHandler",
        "type MessageQueue",
        "type MessagesRef",
        "type MinorUnits",
        "type MinuteCount",
        "type Narrowing",
        "type NewId",
        "type Nouns",
        "type OpenScratch",
        "type OpenSpool",
        "type OrderChange",
        "type OrderFilter",
        "type OrderGroup",
        "type OrderItem",
        "type OrderLink",
        "type OrderOutcome",
        "type OrderTotals",
        "type Orders",
        "type OrdersRef",
        "type Outcomes",
        "type OutgoingMessage",
        "type Page",
        "type PageRequest",
        "type PartRef",
        "type PartState",
        "type PauseReason",
        "type PinnedSegment",
        "type PinnedSegments",
        "type PlanRange",
        "type ProcessReport",
        "type ProductChoice",
        "type ProfileBounds",
        "type ProfileGroup",
        "type ProfileMeasure",
        "type QueryOptions",
        "type QueueDepth",
        "type QueueMessage",
        "type Range",
        "type Rates",
        "type Reach",
        "type ReachQuestion",
        "type ReachRefusal",
        "type Receipt",
        "type ReceiptStatus",
        "type RecipientOrders",
        "type Recount",
        "type Rejection",
        "type RelationRef",
        "type Release",
        "type Role",
        "type RowAddress",
        "type RowCount",
        "type RowFilter",
        "type RowLook",
        "type RowSearch",
        "type RowsToSettle",
        "type Rule",
        "type SampleRef",
        "type Scratch",
        "type SeenCount",
        "type Segments",
        "type SendResult",
        "type Sender",
        "type ServiceInfo",
        "type Settings",
        "type SkipReason",
        "type SoldProduct",
        "type Spool",
        "type StaleMark",
        "type Stamp",
        "type StampedOrder",
        "type Stamps",
        "type StatusWith",
        "type Store",
        "type StoreClock",
        "type StoredBatch",
        "type StoredCampaign",
        "type StoredCommunication",
        "type StoredCustomer",
        "type StoredDeadLetter",
        "type StoredErasure",
        "type StoredHeartbeat",
        "type StoredMap",
        "type StoredOrder",
        "type StoredResponse",
        "type StoredRule",
        "type StoredSegment",
        "type Subject",
        "type SubscribeOptions",
        "type Subscription",
        "type Suppression",
        "type SuppressionMark",
        "type Suppressions",
        "type Test",
        "type TimeRange",
        "type TimeSpan",
        "type Topic",
        "type ValueType",
        "type VendorHealth",
        "type Versioned",
        "type VersionedRecord",
        "type YearlyDays",
        "verdictWithRows",
        "withProgress",
        "withdrawConsent",
      ]
    `);
    const elsewhere = ALL.filter((entry) => entry !== "./ports").flatMap(namesOf);
    expect(elsewhere.filter((name) => name.includes("Stored"))).toEqual([]);
  });

  it("`./schemas`: for who validates JSON at an edge, or describes it", () => {
    expect(namesOf("./schemas")).toMatchInlineSnapshot(`
      [
        "ADDRESS_FIELDS",
        "ATTRIBUTE_TYPES",
        "BATCH_KINDS",
        "CAMPAIGN_STATUSES",
        "CHANNELS",
        "CONSENT_WORDS",
        "DEFAULT_CONSENTS",
        "DELIVERY_STATUSES",
        "MAPPED_TYPES",
        "ORDER_LINE_TARGETS",
        "PERIOD_UNITS",
        "RECEIPT_STATUSES",
        "TIMELINE_KINDS",
        "TOPICS",
        "archiveSchema",
        "batchViewSchema",
        "begunErasureViewSchema",
        "campaignReportViewSchema",
        "campaignSchema",
        "campaignStatsViewSchema",
        "campaignViewSchema",
        "communicationLogViewSchema",
        "contactableViewSchema",
        "customerSchema",
        "customerViewSchema",
        "dashboardViewSchema",
        "deadLetterViewSchema",
        "discardSchema",
        "dryRunViewSchema",
        "erasureViewSchema",
        "estimateRequestSchema",
        "estimateViewSchema",
        "explainRequestSchema",
        "explanationViewSchema",
        "fieldCatalogueViewSchema",
        "findingViewSchema",
        "formatInstant",
        "isOver",
        "isPhoneRegion",
        "isTimeZone",
        "issuesOf",
        "messagePreviewViewSchema",
        "orderAnalyticsViewSchema",
        "orderSchema",
        "orderTotalsViewSchema",
        "orderViewSchema",
        "pageViewSchema",
        "parseMailbox",
        "plainBody",
        "previewSchema",
        "queueDepthViewSchema",
        "readTimeText",
        "receiptSchema",
        "recordOf",
        "resolveUnknownSchema",
        "retryFailedSchema",
        "ruleJsonSchemas",
        "ruleRequestSchema",
        "ruleSchema",
        "scheduleSchema",
        "segmentAnalyticsViewSchema",
        "segmentSchema",
        "segmentViewSchema",
        "storedMapViewSchema",
        "suppressionDecisionSchema",
        "suppressionViewSchema",
        "testMessageSchema",
        "timelineItemViewSchema",
        "type CampaignReport",
        "type ConsentWord",
        "type Dashboard",
        "type DateFormat",
        "type DryRun",
        "type EdgeContext",
        "type MapEntry",
        "type MappedColumn",
        "type MappedType",
        "type OrderAnalytics",
        "type OrderLine",
        "type OrderLineNames",
        "type OrderLineTarget",
        "type RuleJsonSchemas",
        "type SegmentAnalytics",
        "vendorViewSchema",
        "workerProcessViewSchema",
      ]
    `);
  });

  it("`./memory`: the reference adapters", () => {
    expect(namesOf("./memory")).toMatchInlineSnapshot(`
      [
        "createMemoryBroker",
        "createMemoryDatabase",
        "memoryQueue",
        "memoryScratch",
        "memorySpool",
        "memoryStore",
        "type MemoryBroker",
        "type MemoryDatabase",
        "type MemoryQueueOptions",
        "type MemoryStoreOptions",
      ]
    `);
  });

  it("`./testing`: the contracts", () => {
    expect(namesOf("./testing")).toMatchInlineSnapshot(`
      [
        "GENERATED_CONTEXT",
        "compareRules",
        "differenceOf",
        "differencesFrom",
        "generateRules",
        "generatedRulesCase",
        "loadPopulation",
        "queueContract",
        "ruleContract",
        "selectedOf",
        "skipReason",
        "storeContract",
        "type ContractCase",
        "type GeneratedSize",
        "type QueueHarness",
        "type QueueTrait",
        "type StoreHarness",
        "type StoreTrait",
        "type TraitClaim",
        "type Traits",
      ]
    `);
  });

  it("are those of all five", () => {
    const { exports } = JSON.parse(readFileSync(pathOf("../package.json"), "utf8"));
    expect(Object.keys(exports)).toEqual(ALL);
  });

  it("mean the same thing in every entry that has them", () => {
    const meanings = new Map<string, Set<ts.Symbol>>();
    for (const symbol of ALL.flatMap(exportsOf)) {
      const known = meanings.get(symbol.name) ?? new Set();
      meanings.set(symbol.name, known.add(original(symbol)));
    }
    expect([...meanings].filter(([, symbols]) => symbols.size > 1).map(([name]) => name)).toEqual([]);
  });
});

/** The checker reads the sources, so that types count as promises too. */
it("`./ports` brings no schemas and no readers of addresses: each thread of a store has a copy of all that it brings", () => {
  expect(packagesOf("./ports").filter((name) => !name.startsWith("@noble/hashes/"))).toEqual(["temporal-polyfill"]);
});

/** The packages that come with an entry when it runs. */
function packagesOf(entry: Entry): readonly string[] {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const read = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const { outputText } = ts.transpileModule(readFileSync(file, "utf8"), { compilerOptions: { module: ts.ModuleKind.ESNext } });
    for (const { fileName } of ts.preProcessFile(outputText).importedFiles) {
      if (fileName.startsWith(".")) read(resolve(dirname(file), fileName.replace(/\.js$/, ".ts")));
      else packages.add(fileName);
    }
  };
  read(pathOf(ENTRIES[entry]));
  return [...packages].sort();
}

function programOf(files: readonly string[]): ts.Program {
  const { config } = ts.readConfigFile(pathOf("../../../tsconfig.base.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, lib: ["ES2024", "DOM"] }, pathOf("."));
  return ts.createProgram(files.map(pathOf), { ...options, noEmit: true });
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

function exportsOf(entry: Entry): readonly ts.Symbol[] {
  const source = program.getSourceFile(pathOf(ENTRIES[entry]));
  const module = source && checker.getSymbolAtLocation(source);
  return module ? checker.getExportsOfModule(module) : [];
}

function namesOf(entry: Entry): readonly string[] {
  const isValue = (symbol: ts.Symbol) => (original(symbol).flags & ts.SymbolFlags.Value) !== 0;
  return exportsOf(entry)
    .map((symbol) => (isValue(symbol) ? symbol.name : `type ${symbol.name}`))
    .sort();
}

function original(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

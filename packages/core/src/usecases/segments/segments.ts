import { z } from "zod";
import type { RuleRequest, SegmentInput, SegmentsApi } from "../../engine/segments.js";
import { CrmError, type Issue, invalid, notFound } from "../../errors.js";
import type { StoredCustomer } from "../../model/customer.js";
import { parseWith, text } from "../../model/edge.js";
import { type Instant, isInstant, isTimeZone, parseInstant } from "../../model/instant.js";
import type { Rule } from "../../model/rule.js";
import type { StoredSegment } from "../../model/segment.js";
import type { Store } from "../../ports/index.js";
import { type Page, type PageRequest, readWhole } from "../../ports/page.js";
import { historyIn, type Subject } from "../../query/condition/subject.js";
import { explain } from "../../query/explain.js";
import { fieldCatalogue } from "../../query/language/catalogue.js";
import { describe } from "../../query/language/describe.js";
import { lowerRule, type RuleContext } from "../../query/lower-rule.js";
import { parseRule } from "../../query/parse/parse-rule.js";
import { segmentsIn } from "../../query/parse/references.js";
import type { EngineParts } from "../engine-parts.js";
import { type Counted, estimateCount } from "./estimate.js";
import { directReferrers, named, requireReferences, requireReferrersHold } from "./referenced-segments.js";
import { ruleContext } from "./rule-context.js";
import { SharedRuns } from "./shared-runs.js";

/** Estimates of one rule that are asked for in the same span of this length, while the first runs, are one. */
const SHARED_MS = 1_000;
const timeZoneText = z.string().max(100).refine(isTimeZone, "must be an IANA time zone such as Europe/London");

/** The parts of a segment's input beside its rule. */
export const segmentSchema = z.strictObject({
  name: text(200).trim().min(1),
  rule: z.unknown(),
  timeZone: timeZoneText.optional(),
});

export function createSegments(parts: EngineParts): SegmentsApi {
  const { store, clock, newId } = parts;
  const estimates = new SharedRuns<Counted>();
  const get = async (id: string): Promise<StoredSegment> => (await store.segments.get(id)) ?? missing(id);

  return {
    get,
    list: (page) => store.segments.list(page),
    create: async (input) => {
      const now = clock();
      const fields = parseSegment(input, parts);
      await requireReferences(fields.rule, parts);
      const segment: StoredSegment = { id: newId(), ...fields, version: 1, createdAt: now, updatedAt: now };
      await store.segments.insert(segment);
      return segment;
    },
    update: async (id, input) => {
      const fields = parseSegment(input, parts);
      await get(id);
      await requireReferences(fields.rule, parts, id);
      await requireReferrersHold(id, fields.rule, parts);
      for (;;) {
        const { version, createdAt } = await get(id);
        const next: StoredSegment = { id, ...fields, version: version + 1, createdAt, updatedAt: clock() };
        if (await store.segments.replace(next, version)) return next;
      }
    },
    delete: async (id) => {
      await requireUnreferred(id, parts);
      if (!(await store.segments.delete(id))) missing(id);
    },
    estimate: async (request, { signal } = {}) => {
      const started = clock();
      const { rule, context } = await readRequest(request, parts);
      const key = JSON.stringify([rule, context.timeZone, context.segments, request.asOf ?? Math.floor(started / SHARED_MS)]);
      const condition = lowerRule(rule, context);
      const count = (stop: AbortSignal) => estimateCount(store.customers, condition, parts.estimateTimeoutMs, stop);
      return { ...(await estimates.join(key, count, signal)), tookMs: clock() - started };
    },
    members: async (id, page, options = {}) => {
      const segment = await get(id);
      const { now, inner } = readCursor(page, () => readAsOf(options.asOf, parts));
      const segments = await requireReferences(segment.rule, parts, id);
      const condition = lowerRule(segment.rule, ruleContext(parts, { now, timeZone: segment.timeZone, segments }));
      return pinCursor(await store.customers.find(condition, inner), now);
    },
    explain: async ({ customerId, ...request }) => {
      const { rule, context } = await readRequest(request, parts);
      const customer = await store.customers.get(customerId);
      if (!customer) throw notFound("customer", customerId);
      return explain(rule, await withHistory(customer, historyIn(lowerRule(rule, context)), store), context);
    },
    fields: () => fieldCatalogue(parts.context.attributes),
    describe: async (rule) => {
      const ids = [...segmentsIn(rule)];
      const found = await Promise.all(ids.map((id) => store.segments.get(id)));
      const names = new Map(found.map((segment) => [segment?.id, segment?.name]));
      return describe(rule, { currency: parts.context.currency, segmentName: (id) => names.get(id) ?? id });
    },
  };
}

async function requireUnreferred(id: string, parts: EngineParts): Promise<void> {
  const referrers = await directReferrers(id, parts);
  if (referrers.length === 0) return;
  const names = referrers.map(named).join(", ");
  throw new CrmError("conflict", `Segments refer to this one: ${names}. Change or delete them first.`, {
    details: { referrers: referrers.map((segment) => ({ id: segment.id, name: segment.name })) },
  });
}

function parseSegment(input: SegmentInput, parts: EngineParts): Pick<StoredSegment, "name" | "rule" | "timeZone"> {
  const parsed = parseWith(segmentSchema, input);
  const rule = parseRule(typeof input === "object" && input !== null ? input.rule : undefined, parts.context);
  const ruleIssues = rule.ok ? [] : underRule(rule.issues);
  if (!parsed.ok || !rule.ok) throw invalid([...(parsed.ok ? [] : parsed.issues), ...ruleIssues]);
  const { name, timeZone } = parsed.value;
  return { name, rule: rule.value, ...(timeZone === undefined ? {} : { timeZone }) };
}

async function readRequest(
  request: RuleRequest,
  parts: EngineParts,
): Promise<{ readonly rule: Rule; readonly context: RuleContext }> {
  const { timeZone } = request;
  const rule = parseRule(request.rule, parts.context);
  if (!rule.ok) throw invalid(underRule(rule.issues));
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw invalid([{ path: "timeZone", message: "must be an IANA time zone such as Europe/London" }]);
  }
  const now = readAsOf(request.asOf, parts);
  const segments = await requireReferences(rule.value, parts);
  return { rule: rule.value, context: ruleContext(parts, { now, timeZone, segments }) };
}

function underRule(issues: readonly Issue[]): readonly Issue[] {
  return issues.map((issue) => ({ ...issue, path: issue.path ? `rule.${issue.path}` : "rule" }));
}

/** A customer with the parts of its history that are asked for. */
async function withHistory(
  customer: StoredCustomer,
  wanted: ReturnType<typeof historyIn>,
  { orders, communications }: Store,
): Promise<Subject> {
  const of = { customerId: customer.id };
  return {
    ...customer,
    ...(wanted.orders ? { orders: await readWhole((page) => orders.list(of, page)) } : {}),
    ...(wanted.messages ? { messages: await readWhole((page) => communications.list(of, page)) } : {}),
  };
}

function readAsOf(asOf: string | undefined, parts: EngineParts): Instant {
  if (asOf === undefined) return parts.clock();
  const instant = parseInstant(asOf, parts.context.timeZone);
  if (instant === undefined) throw invalid([{ path: "asOf", message: "must be an ISO 8601 date-time" }]);
  return instant;
}

/** The cursor carries the `now` of the first page, so that a relative date means the same on every page. */
function readCursor(page: PageRequest, first: () => Instant): { readonly now: Instant; readonly inner: PageRequest } {
  if (page.cursor === undefined) return { now: first(), inner: { limit: page.limit } };
  const match = /^(-?\d{1,16})\.(.+)$/s.exec(page.cursor);
  const now = Number(match?.[1]);
  if (!match?.[2] || !isInstant(now))
    throw new CrmError("invalid", "The cursor is not one of ours.", {
      details: { issues: [{ path: "cursor", message: "is not a cursor of this list" }] },
    });
  return { now, inner: { limit: page.limit, cursor: match[2] } };
}

function pinCursor<T>(page: Page<T>, now: Instant): Page<T> {
  return page.nextCursor === null ? page : { items: page.items, nextCursor: `${now}.${page.nextCursor}` };
}

function missing(id: string): never {
  throw notFound("segment", id);
}

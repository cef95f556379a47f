import { z } from "zod";
import type { Engine, RuleRequest, SegmentInput } from "../engine.js";
import { CrmError, invalid, notFound } from "../errors.js";
import { parseWith, text } from "../model/edge.js";
import { type Instant, isTimeZone, parseInstant } from "../model/instant.js";
import type { Segment } from "../model/segment.js";
import type { Page, PageRequest } from "../ports.js";
import { explain } from "../query/explain.js";
import { lowerRule, type RuleContext } from "../query/lower-rule.js";
import { parseRule } from "../query/parse-rule.js";
import type { Rule } from "../query/rule.js";
import type { EngineParts } from "./engine-parts.js";

const SAMPLE_SIZE = 5;
const timeZoneText = z.string().max(100).refine(isTimeZone, "must be an IANA time zone such as Europe/London");

/** The parts of a segment's input beside its rule. */
export const segmentSchema = z.strictObject({
  name: text(200).trim().min(1),
  rule: z.unknown(),
  timeZone: timeZoneText.optional(),
});

export function createSegments(parts: EngineParts): Engine["segments"] {
  const { store, clock, newId } = parts;
  const get = async (id: string): Promise<Segment> => (await store.segments.get(id)) ?? missing(id);

  return {
    get,
    list: (page) => store.segments.list(page),
    create: async (input) => {
      const now = clock();
      const segment: Segment = { id: newId(), ...parseSegment(input, parts), version: 1, createdAt: now, updatedAt: now };
      await store.segments.insert(segment);
      return segment;
    },
    update: async (id, input) => {
      const fields = parseSegment(input, parts);
      for (;;) {
        const { version, createdAt } = await get(id);
        const next: Segment = { id, ...fields, version: version + 1, createdAt, updatedAt: clock() };
        if (await store.segments.replace(next, version)) return next;
      }
    },
    delete: async (id) => {
      if (!(await store.segments.delete(id))) missing(id);
    },
    estimate: async (request) => {
      const started = clock();
      const { rule, context } = readRequest(request, parts);
      const condition = lowerRule(rule, context);
      const [count, sample] = await Promise.all([
        store.customers.count(condition),
        store.customers.find(condition, { limit: SAMPLE_SIZE }),
      ]);
      return { count, exact: true, tookMs: clock() - started, sample: sample.items };
    },
    members: async (id, page, options = {}) => {
      const segment = await get(id);
      const { now, inner } = readCursor(page, () => readAsOf(options.asOf, parts));
      const condition = lowerRule(segment.rule, ruleContext(parts, now, segment.timeZone));
      return pinCursor(await store.customers.find(condition, inner), now);
    },
    explain: async ({ customerId, ...request }) => {
      const { rule, context } = readRequest(request, parts);
      const customer = await store.customers.get(customerId);
      if (!customer) throw notFound("customer", customerId);
      return explain(rule, customer, context);
    },
  };
}

/** The context in which a segment's rule is read: one `now`, one zone. */
export function ruleContext(parts: EngineParts, now: Instant, timeZone: string | undefined): RuleContext {
  return { now, timeZone: timeZone ?? parts.context.timeZone, currencyDecimals: parts.context.currencyDecimals };
}

function parseSegment(input: SegmentInput, parts: EngineParts): Pick<Segment, "name" | "rule" | "timeZone"> {
  const parsed = parseWith(segmentSchema, input);
  const rule = parseRule(typeof input === "object" && input !== null ? input.rule : undefined, parts.context);
  const ruleIssues = rule.ok ? [] : rule.issues.map((issue) => ({ ...issue, path: issue.path ? `rule.${issue.path}` : "rule" }));
  if (!parsed.ok || !rule.ok) throw invalid([...(parsed.ok ? [] : parsed.issues), ...ruleIssues]);
  const { name, timeZone } = parsed.value;
  return { name, rule: rule.value, ...(timeZone === undefined ? {} : { timeZone }) };
}

function readRequest(request: RuleRequest, parts: EngineParts): { readonly rule: Rule; readonly context: RuleContext } {
  const rule = parseRule(request.rule, parts.context);
  if (!rule.ok) throw invalid(rule.issues.map((issue) => ({ ...issue, path: issue.path ? `rule.${issue.path}` : "rule" })));
  if (request.timeZone !== undefined && !isTimeZone(request.timeZone)) {
    throw invalid([{ path: "timeZone", message: "must be an IANA time zone such as Europe/London" }]);
  }
  return { rule: rule.value, context: ruleContext(parts, readAsOf(request.asOf, parts), request.timeZone) };
}

function readAsOf(asOf: string | undefined, parts: EngineParts): Instant {
  if (asOf === undefined) return parts.clock();
  const instant = parseInstant(asOf, parts.context.timeZone);
  if (instant === undefined) throw invalid([{ path: "asOf", message: "must be an ISO 8601 date-time" }]);
  return instant;
}

/** The cursor carries the `now` of the first page, so that a relative date means the same on every page. */
function readCursor(page: PageRequest, now: () => Instant): { readonly now: Instant; readonly inner: PageRequest } {
  if (page.cursor === undefined) return { now: now(), inner: { limit: page.limit } };
  const match = /^(-?\d{1,16})\.(.+)$/s.exec(page.cursor);
  if (!match?.[2])
    throw new CrmError("invalid", "The cursor is not one of ours.", {
      details: { issues: [{ path: "cursor", message: "is not a cursor of this list" }] },
    });
  return { now: Number(match[1]), inner: { limit: page.limit, cursor: match[2] } };
}

function pinCursor<T>(page: Page<T>, now: Instant): Page<T> {
  return page.nextCursor === null ? page : { items: page.items, nextCursor: `${now}.${page.nextCursor}` };
}

function missing(id: string): never {
  throw notFound("segment", id);
}

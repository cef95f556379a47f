import { z } from "zod";
import type { ChangeOptions } from "../../engine/change-options.js";
import type { SegmentsApi } from "../../engine/segments.js";
import type { UntrustedSegments } from "../../engine/untrusted.js";
import { CrmError, notFound } from "../../errors.js";
import type { StoredCustomer } from "../../model/customer.js";
import { text } from "../../model/edge.js";
import { type Instant, isInstant, isTimeZone } from "../../model/instant.js";
import type { StoredRule, StoredSegment } from "../../model/segment.js";
import type { Store } from "../../ports/index.js";
import { type Page, type PageRequest, readWhole } from "../../ports/page.js";
import { historyIn, type Subject } from "../../query/condition/subject.js";
import { explain } from "../../query/explain.js";
import { fieldCatalogue } from "../../query/language/catalogue.js";
import { describe } from "../../query/language/describe.js";
import { ruleOf } from "../../query/language/rule.js";
import { lowerRule } from "../../query/lower-rule.js";
import { segmentsIn } from "../../query/parse/references.js";
import { viewCustomer } from "../../view/customer.js";
import { viewPage } from "../../view/page.js";
import { type Segment, viewSegment } from "../../view/segment.js";
import type { EngineParts } from "../engine-parts.js";
import { createSegmentAnalytics } from "../figures/segment-analytics.js";
import { requireVersion } from "../require-version.js";
import { type Counted, estimateCount, reachBy } from "./estimate.js";
import {
  campaignsToPlanFrom,
  directReferrers,
  type Named,
  named,
  requireReferences,
  requireReferrersHold,
} from "./referenced-segments.js";
import { ruleContext } from "./rule-context.js";
import { estimateRequestSchema, explainRequestSchema, parseWithRule, readAsOf, readRequest } from "./rule-request.js";
import { SharedRuns } from "./shared-runs.js";

/** Identical estimates that are asked for within the same interval of this length share one query while it runs. */
const SHARED_MS = 1_000;
const timeZoneText = z.string().max(100).refine(isTimeZone, "must be an IANA time zone such as Europe/London");

/** The parts of a segment's input besides its rule. */
export const segmentSchema = z.strictObject({
  name: text(200).trim().min(1),
  rule: z.unknown(),
  timeZone: timeZoneText.optional(),
});

export function createSegments(parts: EngineParts): SegmentsApi & UntrustedSegments {
  const { store, context: edge, clock, elapsed, newId } = parts;
  const estimates = new SharedRuns<Counted>();
  const get = async (id: string): Promise<StoredSegment> => (await store.segments.get(id)) ?? missing(id);
  const view = async (segment: StoredSegment): Promise<Segment> => viewSegment(segment, await inWords(segment.rule, parts));
  const shown = (customer: StoredCustomer) => viewCustomer(customer, edge);

  return {
    get: async (id) => view(await get(id)),
    list: async (page) => {
      const { items, nextCursor } = await store.segments.list(page);
      return { items: await Promise.all(items.map(view)), nextCursor };
    },
    create: async (json: unknown) => {
      const now = await clock();
      const fields = parseSegment(json, parts);
      await requireReferences(fields.rule, parts);
      const segment: StoredSegment = { id: newId(), ...fields, version: 1, createdAt: now, updatedAt: now };
      await store.segments.insert(segment);
      return view(segment);
    },
    update: async (id: string, json: unknown, options: ChangeOptions = {}) => {
      const fields = parseSegment(json, parts);
      await requireVersion(await get(id), options, view);
      await requireReferences(fields.rule, parts, id);
      await requireReferrersHold(id, fields.rule, parts);
      for (;;) {
        const stored = await get(id);
        await requireVersion(stored, options, view);
        const { version, createdAt } = stored;
        const next: StoredSegment = { id, ...fields, version: version + 1, createdAt, updatedAt: await clock() };
        if (await store.segments.replace(next, version)) return view(next);
      }
    },
    delete: async (id, options = {}) => {
      await requireVersion(await get(id), options, view);
      await requireUnused(id, parts);
      for (;;) {
        const stored = await get(id);
        await requireVersion(stored, options, view);
        if (await store.segments.delete(id, stored.version)) return;
      }
    },
    estimate: async (json: unknown, { signal }: { readonly signal?: AbortSignal } = {}) => {
      const began = elapsed();
      const started = await clock();
      const { request, lowered, asked } = await readRequest(estimateRequestSchema, json, parts);
      const { asOf, channel } = request;
      const key = JSON.stringify([asked, asOf ?? Math.floor(started / SHARED_MS), channel]);
      const audience = { condition: lowered.condition, reach: reachBy(channel, edge) };
      const count = (stop: AbortSignal) => estimateCount(store.customers, audience, parts.estimateTimeoutMs, stop);
      const { sample, ...counted } = await estimates.join(key, count, signal);
      return { ...counted, tookMs: Math.round(elapsed() - began), sample: sample.map(shown) };
    },
    members: async (id, page, options = {}) => {
      const segment = await get(id);
      const { now, inner } = await readCursor(page, () => readAsOf(options.asOf, parts));
      const segments = await requireReferences(segment.rule, parts, id);
      const condition = lowerRule(segment.rule, ruleContext(parts, { now, timeZone: segment.timeZone, segments }));
      return pinCursor(viewPage(await store.customers.find(condition, inner), shown), now);
    },
    analytics: createSegmentAnalytics(parts),
    explain: async (json: unknown) => {
      const { request, lowered } = await readRequest(explainRequestSchema, json, parts);
      const { customerId } = request;
      const customer = await store.customers.get(customerId);
      if (!customer) throw notFound("customer", customerId);
      const subject = await withHistory(customer, historyIn(lowered.condition), store);
      const tree = explain(lowered, subject, edge.currencyDecimals);
      return { matches: tree.matches, tree };
    },
    fields: () => fieldCatalogue(edge.attributes),
    describe: (rule) => inWords(rule, parts),
  };
}

/** By segments, and by campaigns whose audience is still to be planned from it. */
async function requireUnused(id: string, parts: EngineParts): Promise<void> {
  const segments = await directReferrers(id, parts);
  const campaigns = await campaignsToPlanFrom(id, parts);
  if (segments.length + campaigns.length === 0) return;
  const users = [
    ...segments.map((segment) => `the segment ${named(segment)}`),
    ...campaigns.map((campaign) => `the campaign ${named(campaign)}`),
  ];
  throw new CrmError("conflict", `The segment is used by ${users.join(", ")}. Change or delete them first.`, {
    details: { referrers: segments.map(namesOf), campaigns: campaigns.map(namesOf) },
  });
}

function namesOf({ id, name }: Named): Named {
  return { id, name };
}

function parseSegment(json: unknown, parts: EngineParts): Pick<StoredSegment, "name" | "rule" | "timeZone"> {
  const { fields, parsed } = parseWithRule(segmentSchema, json, parts);
  const { name, timeZone } = fields;
  return { name, rule: parsed.rule, ...(timeZone === undefined ? {} : { timeZone }) };
}

/** The rule in words, with the names that the segments it refers to have now. */
async function inWords(rule: StoredRule, { store, context }: EngineParts): Promise<string> {
  const found = await Promise.all([...segmentsIn(rule)].map((id) => store.segments.get(id)));
  const names = new Map(found.map((segment) => [segment?.id, segment?.name]));
  return describe(ruleOf(rule), { currency: context.currency, segmentName: (id) => names.get(id) ?? id });
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
    ...(wanted.orders ? { orders: await readWhole((page) => orders.list({ ...of, present: true }, page)) } : {}),
    ...(wanted.messages ? { messages: await readWhole((page) => communications.list(of, page)) } : {}),
  };
}

/** The cursor carries the `now` of the first page, so that a relative date means the same on every page. */
async function readCursor(
  page: PageRequest,
  first: () => Promise<Instant>,
): Promise<{ readonly now: Instant; readonly inner: PageRequest }> {
  if (page.cursor === undefined) return { now: await first(), inner: { limit: page.limit } };
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

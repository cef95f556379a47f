import { invalid } from "../../errors.js";
import type { CampaignStatus, StoredCampaign } from "../../model/campaign.js";
import type { PinnedSegment, PinnedSegments, StoredRule, StoredSegment } from "../../model/segment.js";
import { readWhole } from "../../ports/page.js";
import { MAX_RULE_NODES, tooLarge } from "../../query/language/limits.js";
import { referenceIssue, type SegmentRules, segmentsIn } from "../../query/parse/references.js";
import type { EngineParts } from "../engine-parts.js";

/** Campaigns that are read beside one another. */
const READ_AT_ONCE = 10;

/** The segments that a rule refers to, directly and indirectly, as they are now. Those that don't exist are left out. */
export async function loadReferences(rule: StoredRule, parts: EngineParts): Promise<PinnedSegments> {
  const seen = new Set<string>();
  const pinned = new Map<string, PinnedSegment>();
  let wanted = [...segmentsIn(rule)];
  while (wanted.length > 0) {
    for (const id of wanted) seen.add(id);
    // Each segment adds at least one node to the whole rule.
    if (seen.size > MAX_RULE_NODES) throw invalid([{ path: "rule", message: tooLarge }]);
    const found = (await Promise.all(wanted.map((id) => parts.store.segments.get(id)))).filter(
      (segment) => segment !== undefined,
    );
    for (const segment of found) pinned.set(segment.id, pin(segment, parts));
    wanted = [...new Set(found.flatMap((segment) => [...segmentsIn(segment.rule)]))].filter((id) => !seen.has(id));
  }
  return Object.fromEntries(pinned);
}

/** Loads what a rule refers to. Throws `invalid`, with the path of the reference, if a segment is missing, circular or makes it too large. */
export async function requireReferences(rule: StoredRule, parts: EngineParts, self?: string): Promise<PinnedSegments> {
  const segments = await loadReferences(rule, parts);
  const issue = referenceIssue(rule, segments, self);
  if (issue) throw invalid([{ ...issue, path: issue.path === "" ? "rule" : `rule.${issue.path}` }]);
  return segments;
}

/** The segments that refer to this one directly. */
export async function directReferrers(id: string, parts: EngineParts): Promise<readonly StoredSegment[]> {
  return (await readWhole((page) => parts.store.segments.list(page))).filter((segment) => segmentsIn(segment.rule).has(id));
}

/** Throws `invalid` if this rule would make the rule of a segment that refers to this one, directly or indirectly, circular or too large. */
export async function requireReferrersHold(id: string, rule: StoredRule, parts: EngineParts): Promise<void> {
  const segments = await readWhole((page) => parts.store.segments.list(page));
  const rules: SegmentRules = Object.fromEntries(
    segments.map((segment) => [segment.id, { ...pin(segment, parts), ...(segment.id === id ? { rule } : {}) }]),
  );
  for (const referrer of referrersOf(id, segments)) {
    const issue = referenceIssue(referrer.rule, rules, referrer.id);
    if (issue) {
      throw invalid([
        { path: "rule", message: `segment ${named(referrer)} refers to this one, and its rule then ${issue.message}` },
      ]);
    }
  }
}

/** Campaigns that choose or exclude this segment, and are to be planned from it as it will be then. */
export async function campaignsToPlanFrom(id: string, parts: EngineParts): Promise<readonly StoredCampaign[]> {
  return (await campaignsNaming(id, ["draft", "scheduled", "paused"], parts)).filter(({ plan }) => !plan);
}

/** Campaigns in any of the states that choose or exclude this segment, oldest first. */
export async function campaignsNaming(
  id: string,
  statuses: readonly CampaignStatus[],
  { store }: Pick<EngineParts, "store">,
): Promise<readonly StoredCampaign[]> {
  const ids = await readWhole((page) => store.campaigns.findIds(statuses, page));
  const found: StoredCampaign[] = [];
  for (let first = 0; first < ids.length; first += READ_AT_ONCE) {
    const campaigns = await Promise.all(
      ids.slice(first, first + READ_AT_ONCE).map((campaignId) => store.campaigns.get(campaignId)),
    );
    for (const campaign of campaigns) {
      if (campaign?.segmentIds.includes(id) || campaign?.excludeSegmentIds.includes(id)) found.push(campaign);
    }
  }
  return found;
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** A name and id, for a message. */
export function named({ id, name }: Named): string {
  return `${JSON.stringify(name)} (${id})`;
}

function referrersOf(id: string, segments: readonly StoredSegment[]): readonly StoredSegment[] {
  const reached = new Set([id]);
  const found: StoredSegment[] = [];
  for (let before = 0; before < reached.size; ) {
    before = reached.size;
    for (const segment of segments) {
      if (reached.has(segment.id) || ![...segmentsIn(segment.rule)].some((target) => reached.has(target))) continue;
      reached.add(segment.id);
      found.push(segment);
    }
  }
  return found;
}

function pin({ rule, timeZone, version }: StoredSegment, { context }: EngineParts): PinnedSegment {
  return { rule, timeZone: timeZone ?? context.timeZone, version };
}

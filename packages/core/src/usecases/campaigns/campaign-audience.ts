import { CrmError, type Issue, invalid } from "../../errors.js";
import type { StoredCampaign } from "../../model/campaign.js";
import type { PinnedSegments, StoredRule, StoredSegment } from "../../model/segment.js";
import type { EngineParts } from "../engine-parts.js";
import { named, requireReferences } from "../segments/referenced-segments.js";

/** From which segments a campaign's audience comes, and whom of them it leaves out. */
export type AudienceChoice = Pick<StoredCampaign, "segmentIds" | "excludeSegmentIds">;

/** Whom a campaign writes to: one rule, read with one zone, and every segment that it refers to as it is now. */
export interface CampaignAudience {
  readonly rule: StoredRule;
  readonly timeZone: string;
  readonly segments: PinnedSegments;
  /** Of the one segment whose rule it is. */
  readonly segmentVersion?: number;
}

/** The segments of a choice, in words. */
export function inWords({ segmentIds, excludeSegmentIds }: AudienceChoice): string {
  const chosen = `${segmentIds.length > 1 ? "segments" : "segment"} ${segmentIds.join(", ")}`;
  return excludeSegmentIds.length > 0 ? `${chosen} without ${excludeSegmentIds.join(", ")}` : chosen;
}

/**
 * Everyone who is in any of the segments and in none of the excluded ones, once. Throws `invalid`, with the place of the segment, where
 * one is not there, or refers in a circle, or the whole is too deep, too large or too expensive.
 */
export async function requireAudience(parts: EngineParts, choice: AudienceChoice): Promise<CampaignAudience> {
  const segments = await readSegments(parts, choice);
  const [only] = segments;
  if (only && segments.length === 1) {
    const { rule, timeZone = parts.context.timeZone, version } = only;
    return { rule, timeZone, segmentVersion: version, segments: await requireReferences(rule, parts, only.id) };
  }
  const rule = ruleOf(choice);
  const pinned = await requireReferences(rule, parts).catch((error: unknown) => {
    throw error instanceof CrmError && error.details.issues ? placedFaults(error.details.issues, choice, segments) : error;
  });
  return { rule, timeZone: parts.context.timeZone, segments: pinned };
}

async function readSegments({ store }: EngineParts, choice: AudienceChoice): Promise<readonly StoredSegment[]> {
  const ids = [...choice.segmentIds, ...choice.excludeSegmentIds];
  const found = await Promise.all(ids.map((id) => store.segments.get(id)));
  const issues = ids.flatMap((id, index): readonly Issue[] =>
    found[index] ? [] : [{ path: placeOf(choice, index), message: `there is no segment ${id}: it was deleted, or never was` }],
  );
  if (issues.length > 0) throw invalid(issues);
  return found.filter((segment) => segment !== undefined);
}

/** One segment in a group of its own would only make the rule deeper. */
function ruleOf({ segmentIds, excludeSegmentIds }: AudienceChoice): StoredRule {
  const anyOf = (ids: readonly string[]): StoredRule => {
    const references = ids.map((segment) => ({ segment }));
    return references.length === 1 && references[0] ? references[0] : { any: references };
  };
  if (excludeSegmentIds.length === 0) return anyOf(segmentIds);
  return { all: [anyOf(segmentIds), { not: anyOf(excludeSegmentIds) }] };
}

/** Where a campaign names its segments; `index` counts the excluded ones behind the others. */
function placeOf({ segmentIds, excludeSegmentIds }: AudienceChoice, index: number): string {
  if (index >= segmentIds.length) return `excludeSegmentIds.${index - segmentIds.length}`;
  return segmentIds.length === 1 && excludeSegmentIds.length === 0 ? "segmentId" : `segmentIds.${index}`;
}

/** The faults of the whole rule, by the segment of the campaign that they lie in, or that makes it too much. */
function placedFaults(issues: readonly Issue[], choice: AudienceChoice, segments: readonly StoredSegment[]): CrmError {
  return invalid(
    issues.map(({ path, message }) => {
      const isExcluded = /\bnot\b/.test(path);
      const inGroup = Number(/\bany\.(\d+)/.exec(path)?.[1] ?? 0);
      const index = isExcluded ? choice.segmentIds.length + inGroup : inGroup;
      const segment = segments[index];
      return {
        path: placeOf(choice, index),
        message: segment ? `with segment ${named(segment)} the audience ${message}` : message,
      };
    }),
  );
}

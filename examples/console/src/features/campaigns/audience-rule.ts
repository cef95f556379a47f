import type { Rule } from "@crm-engine/core";

export interface Audience {
  readonly segmentIds: readonly string[];
  readonly excludeSegmentIds: readonly string[];
}

/** Whoever is in any of the segments and in none of the excluded ones: as the engine puts them together at launch. */
export function audienceRule({ segmentIds, excludeSegmentIds }: Audience): Rule {
  const chosen = anyOf(segmentIds);
  return excludeSegmentIds.length === 0 ? chosen : { all: [chosen, { not: anyOf(excludeSegmentIds) }] };
}

function anyOf(ids: readonly string[]): Rule {
  const tests = ids.map((segment) => ({ segment }));
  const [only] = tests;
  return tests.length === 1 && only !== undefined ? only : { any: tests };
}

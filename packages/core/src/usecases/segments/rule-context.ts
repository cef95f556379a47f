import type { Instant } from "../../model/instant.js";
import type { RuleContext } from "../../query/lower-rule.js";
import type { SegmentRules } from "../../query/parse/references.js";
import type { EngineParts } from "../engine-parts.js";

/** The context in which a segment's rule is read: one `now`, one zone (the engine's, if it has none), and what it refers to. */
export function ruleContext(
  { context: { timeZone, currencyDecimals, attributes, defaultConsent } }: EngineParts,
  given: { readonly now: Instant; readonly timeZone?: string | undefined; readonly segments?: SegmentRules | undefined },
): RuleContext {
  return {
    now: given.now,
    timeZone: given.timeZone ?? timeZone,
    currencyDecimals,
    ...(defaultConsent === undefined ? {} : { defaultConsent }),
    ...(attributes === undefined ? {} : { attributes }),
    ...(given.segments === undefined ? {} : { segments: given.segments }),
  };
}

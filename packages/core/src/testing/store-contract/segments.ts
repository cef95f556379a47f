import { AWKWARD_RULE, segment } from "./given.js";
import type { CasesOf } from "./store-harness.js";
import { versionedCases } from "./versioned.js";

const SEGMENT = segment("s1", {
  name: "Ünïcode $gt {{x}}",
  rule: AWKWARD_RULE,
  timeZone: "Europe/London",
});

export const segmentCases: CasesOf<"segments"> = versionedCases({
  of: ({ segments }) => segments,
  whole: SEGMENT,
  bare: segment,
  listed: "oldest first",
});

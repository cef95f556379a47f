import type { Verdict } from "../verdict.js";
import type { Cut } from "./cut-line.js";

/** What can be counted of a call's cuts; a cut may count under several. */
const KINDS = ["before", "after", "twice", "together"] as const;
type Kind = (typeof KINDS)[number];

/** The cuts that really happened, by call. */
export interface CutTally {
  /** `twice`: the call was cut just before in the same way. */
  count(call: string, cut: Cut & { readonly twice?: boolean }): void;
  of(call: string, kind: "before" | "after"): number;
  /** All of them, and each call with its kinds. */
  figures(verdict: Verdict): void;
}

export function createCutTally(): CutTally {
  const counts = new Map<string, Map<Kind, number>>();
  const of = (call: string, kind: Kind) => counts.get(call)?.get(kind) ?? 0;
  const shown = (call: string) =>
    KINDS.filter((kind) => of(call, kind) > 0)
      .map((kind) => ` ${of(call, kind)} ${kind}`)
      .join("");
  return {
    count: (call, { when, twice = false, together = false }) => {
      const kinds = counts.get(call) ?? new Map<Kind, number>();
      counts.set(call, kinds);
      const met: readonly Kind[] = [when, ...(twice ? (["twice"] as const) : []), ...(together ? (["together"] as const) : [])];
      for (const kind of met) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    },
    of,
    figures: (verdict) => {
      const calls = [...counts.keys()].sort();
      verdict.figure(
        "cuts",
        calls.reduce((sum, call) => sum + of(call, "before") + of(call, "after"), 0),
      );
      verdict.figure("cutBy", calls.map((call) => call + shown(call)).join("; "));
    },
  };
}

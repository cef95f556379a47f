"use client";

import type { Rule, Segment } from "@crm-engine/core";
import { useQuery } from "@tanstack/react-query";

export type Describe = (rule: Rule) => string;

/** Puts rules into words as the engine does, as soon as its words are loaded. */
export function useDescribe(segments: readonly Segment[], currency: string | undefined, on = true): Describe | undefined {
  const { data } = useQuery({
    queryKey: ["words"],
    queryFn: async () => (await import("./rule/describe-rule")).describe,
    enabled: on,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data === undefined) return undefined;
  const names = new Map(segments.map(({ id, name }) => [id, name]));
  return (rule) => {
    try {
      return data(rule, { ...(currency === undefined ? {} : { currency }), segmentName: (id) => names.get(id) ?? id });
    } catch {
      return "a rule that is not finished";
    }
  };
}

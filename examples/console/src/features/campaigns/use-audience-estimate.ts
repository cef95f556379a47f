"use client";

import type { Campaign } from "@crm-engine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { useVisible } from "@/api/live";
import { type Audience, audienceRule } from "./audience-rule";

/** Counted anew so often while somebody looks: people come and go. */
const AGAIN_MS = 30_000;

export const estimateKey = ({ segmentIds, excludeSegmentIds }: Audience, channel: Campaign["message"]["channel"]) =>
  ["segments", "estimate", segmentIds, excludeSegmentIds, channel] as const;

/** How many a launch would reach now; an older question is called off. */
export function useAudienceEstimate(audience: Audience, channel: Campaign["message"]["channel"]) {
  const engine = useEngine();
  const visible = useVisible();
  return useQuery({
    queryKey: estimateKey(audience, channel),
    enabled: audience.segmentIds.length > 0,
    queryFn: async ({ signal }) => ({
      ...(await engine.segments.estimate({ rule: audienceRule(audience), channel }, { signal })),
      asOf: new Date().toISOString(),
    }),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    refetchInterval: (query) => (query.state.fetchFailureCount > 0 ? 3_000 : visible ? AGAIN_MS : false),
  });
}

export type AudienceEstimate = NonNullable<ReturnType<typeof useAudienceEstimate>["data"]>;

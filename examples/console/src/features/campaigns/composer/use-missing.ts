"use client";

import type { RemoteClient } from "@crm-engine/client";
import type { Campaign } from "@crm-engine/core";
import { useQueryClient } from "@tanstack/react-query";

type MessagePreview = Awaited<ReturnType<RemoteClient["campaigns"]["preview"]>>;

/** Variables without a value for somebody whom the preview of this version showed. */
export function useMissing({ id, version }: Campaign): readonly string[] {
  const queries = useQueryClient();
  const previews = queries.getQueriesData<MessagePreview>({ queryKey: ["campaign", id, "preview", version] });
  return [...new Set(previews.flatMap(([, preview]) => preview?.missing ?? []))].sort();
}

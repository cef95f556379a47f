"use client";

import type { Campaign } from "@crm-engine/core";
import { useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { formatNumber } from "@/api/format";
import { POLL_MS, useVisible } from "@/api/live";
import { DeliveryBar } from "@/ui/delivery/delivery-bar";
import { Skeleton } from "@/ui/panel";
import { isMoving, isOver, wasLaunched } from "./campaign-status";

/** The bar of a campaign that has rows, in a list. */
export function RowProgress({ campaign }: { readonly campaign: Campaign }) {
  const { id, status } = campaign;
  const launched = wasLaunched(campaign);
  const engine = useEngine();
  const visible = useVisible();
  const stats = useQuery({
    queryKey: ["campaign", id, "stats"],
    enabled: launched,
    queryFn: () => engine.campaigns.stats(id),
    refetchInterval: visible && isMoving(status) ? POLL_MS : false,
    staleTime: isMoving(status) ? 1_000 : 30_000,
  });
  if (!launched) return <span className="text-muted">not sent yet</span>;
  if (stats.data === undefined)
    return stats.error === null ? <Skeleton className="h-2.5 w-36" /> : <span className="text-muted">not known</span>;
  const { total, pending, claimed, sent, delivered, bounced, skipped } = stats.data;
  return (
    <div className="w-28 md:w-44">
      <DeliveryBar counts={stats.data} />
      <div className="mt-1 text-xs text-muted tabular-nums">
        {isOver(status)
          ? `sent to ${formatNumber(sent + delivered + bounced)}${skipped === 0 ? "" : `, ${formatNumber(skipped)} skipped`}`
          : `${formatNumber(total - pending - claimed)} of ${formatNumber(total)} done`}
      </div>
    </div>
  );
}

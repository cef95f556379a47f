"use client";

import type { Campaign, CampaignStats } from "@crm-engine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { useEngine } from "@/api/engine";
import { formatNumber, plural } from "@/api/format";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { Confirm } from "@/ui/dialog";
import { Panel } from "@/ui/panel";
import { isOver } from "../campaign-status";
import { inWords } from "../in-words";
import { whoIs } from "../recipient";
import { useMove } from "./use-move";

const SHOWN = 12;

/** Who failed, by reason, with an example of each. */
export function FailuresPanel({ campaign, stats }: { readonly campaign: Campaign; readonly stats: CampaignStats }) {
  const [retrying, setRetrying] = useState<{ readonly reason: string | undefined; readonly count: number }>();
  const reasons = Object.entries(stats.failedBy).sort(([, a], [, b]) => b - a);
  if (reasons.length === 0) return null;
  const over = isOver(campaign.status) || campaign.archived;
  const can = campaign.status === "completed" && !campaign.archived;
  return (
    <Panel
      title={`${formatNumber(stats.failed)} failed`}
      note={
        can
          ? "Retrying sends to them once more."
          : over
            ? "This campaign sends no more; a copy of it can."
            : "They can be retried when the campaign has completed."
      }
      actions={
        reasons.length > 1 && (
          <Button disabled={!can} onClick={() => setRetrying({ reason: undefined, count: stats.failed })}>
            Retry all {formatNumber(stats.failed)}
          </Button>
        )
      }
    >
      <ul className="flex flex-col">
        {reasons.slice(0, SHOWN).map(([reason, count]) => (
          <li
            key={reason}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line py-2 last:border-b-0"
          >
            <div className="min-w-0">
              <Link
                href={logHref(campaign.id, { status: "failed", reason })}
                className="font-medium break-words underline decoration-line-strong underline-offset-2"
              >
                {inWords(reason)}
              </Link>
              <Example campaignId={campaign.id} reason={reason} />
            </div>
            <div className="flex items-center gap-3">
              <span className="font-semibold tabular-nums">{formatNumber(count)}</span>
              <Button
                small
                disabled={!can}
                aria-label={`Retry these ${count}: ${inWords(reason)}`}
                onClick={() => setRetrying({ reason, count })}
              >
                Retry these
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {reasons.length > SHOWN && (
        <p className="mt-2 text-xs text-muted">And {formatNumber(reasons.length - SHOWN)} more reasons: see the log.</p>
      )}
      {retrying !== undefined && <RetryConfirm id={campaign.id} {...retrying} onClose={() => setRetrying(undefined)} />}
    </Panel>
  );
}

export function logHref(id: string, filter: Readonly<Record<string, string>>): string {
  return `/campaign?${new URLSearchParams({ id, tab: "log", ...filter }).toString()}`;
}

function Example({ campaignId, reason }: { readonly campaignId: string; readonly reason: string }) {
  const engine = useEngine();
  const { data } = useQuery({
    queryKey: ["campaign", campaignId, "log", "example", reason],
    queryFn: () => engine.campaigns.log({ campaignId, status: "failed", reason, names: true }, { limit: 1 }),
    staleTime: 30_000,
  });
  const row = data?.items[0];
  if (row === undefined) return <div className="h-4 text-xs text-muted">{data === undefined ? "" : "no example now"}</div>;
  return (
    <div className="text-xs break-all text-muted">
      such as{" "}
      <Link href={`/customer?id=${encodeURIComponent(row.customerId)}`} className="underline underline-offset-2">
        {whoIs(row)}
      </Link>
      {row.to !== undefined && row.to !== whoIs(row) && ` (${row.to})`}, after {plural(row.attempts, "attempt")}
    </div>
  );
}

interface RetryConfirmProps {
  readonly id: string;
  readonly reason: string | undefined;
  readonly count: number;
  onClose(): void;
}

function RetryConfirm({ id, reason, count, onClose }: RetryConfirmProps) {
  const engine = useEngine();
  const which = reason === undefined ? {} : { reason };
  const retry = useMove(id, () => engine.campaigns.retryFailed(id, which), {
    said: `${plural(count, "message is", "messages are")} sent again.`,
    showsError: true,
    onDone: onClose,
  });
  const people = plural(count, "person", "people");
  return (
    <Confirm
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Send again to ${people}?`}
      action={`Send again to ${people}`}
      look="primary"
      busy={retry.isPending}
      error={retry.error}
      onConfirm={() => retry.mutate()}
    >
      <p>
        {reason === undefined ? "All who failed" : `Those who failed with “${inWords(reason)}”`} get the message once more, if
        consent and address allow it then. The campaign runs until they are done. The sending service said that it did not take
        the first; should it have been wrong, they get two.
      </p>
      <div>
        <CopyAsCurl method="POST" path={`/api/campaigns/${id}/retry-failed`} body={which} />
      </div>
    </Confirm>
  );
}

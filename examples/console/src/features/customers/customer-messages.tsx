"use client";

import type { CommunicationLog } from "@crm-engine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { useEngine } from "@/api/engine";
import { POLL_MS } from "@/api/live";
import { useParams } from "@/api/use-param";
import { CHANNEL_WORDS } from "@/features/suppressions/words";
import { DeliveryStatusBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { DataTable } from "@/ui/data-table";
import { Empty, Panel } from "@/ui/panel";
import { Time } from "@/ui/time";
import { MessageDialog } from "./message-dialog";
import { useCampaignNames } from "./use-campaign-names";
import { campaignHref, reasonWords } from "./words";

const PAGE = 25;

export function CustomerMessages({ id }: { readonly id: string }) {
  const engine = useEngine();
  const [params] = useParams();
  const [opened, setOpened] = useState<CommunicationLog>();
  const cursor = params.get("cursor");
  const query = useQuery({
    queryKey: ["customer", id, "log", { cursor }],
    queryFn: () => engine.campaigns.log({ customerId: id }, { limit: PAGE, ...(cursor === null ? {} : { cursor }) }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });
  const names = useCampaignNames(query.data?.items.map(({ campaignId }) => campaignId) ?? []);
  return (
    <Panel
      flush
      title="Messages"
      note="One row for each campaign that had them in its audience."
      actions={<CopyAsCurl method="GET" path={`/api/log?customerId=${encodeURIComponent(id)}`} />}
    >
      <DataTable
        label="Messages"
        query={query}
        keyOf={(row) => row.id}
        columns={[
          {
            head: "Campaign",
            cell: ({ campaignId, channel, to }) => (
              <>
                <Link href={campaignHref(campaignId)} className="font-medium text-accent hover:underline">
                  {names.get(campaignId) ?? campaignId}
                </Link>
                <span className="block text-xs text-muted">
                  {CHANNEL_WORDS[channel]}
                  {to !== undefined && ` to ${to}`}
                </span>
              </>
            ),
          },
          {
            head: "State",
            cell: ({ status, reason }) => (
              <>
                <DeliveryStatusBadge status={status} />
                {reason !== undefined && <span className="block text-xs break-words text-muted">{reasonWords(reason)}</span>}
              </>
            ),
          },
          { head: "Planned", wideOnly: true, cell: ({ plannedAt }) => <Time at={plannedAt} /> },
          { head: "What was seen", cell: (row) => <Seen row={row} /> },
          {
            head: "Message",
            cell: (row) => (
              <Button
                small
                aria-label={`Open the message of ${names.get(row.campaignId) ?? row.campaignId}`}
                onClick={() => setOpened(row)}
              >
                Open
              </Button>
            ),
          },
        ]}
        empty={
          <Empty title="No campaign has written to them">
            Each campaign that has them in its audience leaves a row here, also where it skips them.
          </Empty>
        }
      />
      {opened !== undefined && (
        <MessageDialog row={opened} campaignName={names.get(opened.campaignId)} onClose={() => setOpened(undefined)} />
      )}
    </Panel>
  );
}

const EVENTS = ["sent", "delivered", "bounced", "failed", "opened", "clicked", "complained", "unsubscribed"] as const;

function Seen({ row }: { readonly row: CommunicationLog }) {
  const seen = EVENTS.flatMap((event) => {
    const at = row[`${event}At`];
    return at === undefined ? [] : [{ event, at }];
  });
  if (seen.length === 0) return <span className="text-muted">nothing</span>;
  return (
    <ul>
      {seen.map(({ event, at }) => (
        <li key={event}>
          {event}{" "}
          <span className="text-muted">
            <Time at={at} />
          </span>
        </li>
      ))}
    </ul>
  );
}

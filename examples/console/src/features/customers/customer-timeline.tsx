"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { POLL_MS } from "@/api/live";
import { useParams } from "@/api/use-param";
import type { TimelineItem, TimelineKind } from "@/api/views";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { DataTable } from "@/ui/data-table";
import { Empty, Panel } from "@/ui/panel";
import { Time } from "@/ui/time";
import { Happening } from "./happening";
import { useCampaignNames } from "./use-campaign-names";

const PAGE = 25;
const KINDS: readonly (readonly [TimelineKind, string])[] = [
  ["order", "Orders"],
  ["message", "Messages"],
  ["consent", "Consent"],
  ["evidence", "Mailbox"],
];

export function CustomerTimeline({ id }: { readonly id: string }) {
  const engine = useEngine();
  const [params, change] = useParams();
  const cursor = params.get("cursor");
  const wanted = params.get("kinds")?.split(",") ?? [];
  const kinds = KINDS.map(([kind]) => kind).filter((kind) => wanted.includes(kind));
  const query = useQuery({
    queryKey: ["customer", id, "timeline", { kinds, cursor }],
    queryFn: () =>
      engine.customers.timeline(id, { limit: PAGE, ...(cursor === null ? {} : { cursor }) }, kinds.length === 0 ? {} : { kinds }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });
  const names = useCampaignNames(query.data?.items.flatMap((item) => (item.kind === "message" ? [item.campaignId] : [])) ?? []);
  const toggle = (kind: TimelineKind) => {
    const next = kinds.includes(kind) ? kinds.filter((other) => other !== kind) : [...kinds, kind];
    change({ kinds: next.length === KINDS.length ? null : next.join(","), cursor: null });
  };
  const path = `/api/customers/${encodeURIComponent(id)}/timeline${kinds.length === 0 ? "" : `?kinds=${kinds.join(",")}`}`;
  return (
    <Panel flush title="Time line" note="The newest first." actions={<CopyAsCurl method="GET" path={path} />}>
      <fieldset className="flex flex-wrap items-center gap-1.5 px-4 pb-3">
        <legend className="float-left mr-1 text-xs font-semibold text-muted">Show only</legend>
        {KINDS.map(([kind, name]) => (
          <Button
            key={kind}
            small
            aria-pressed={kinds.includes(kind)}
            className="aria-pressed:border-accent aria-pressed:bg-accent-soft"
            onClick={() => toggle(kind)}
          >
            {name}
          </Button>
        ))}
        {kinds.length > 0 && (
          <Button small look="quiet" onClick={() => change({ kinds: null, cursor: null })}>
            Show all
          </Button>
        )}
      </fieldset>
      <div className="border-t border-line">
        <DataTable
          label="Time line"
          query={query}
          keyOf={keyOf}
          columns={[
            { head: "When", cell: ({ at }) => <Time at={at} /> },
            {
              head: "What",
              cell: (item) => (
                <Happening item={item} campaignName={item.kind === "message" ? names.get(item.campaignId) : undefined} />
              ),
            },
          ]}
          empty={
            <Empty title={kinds.length === 0 ? "Nothing happened yet" : "Nothing of this kind happened"}>
              Orders, messages, consent and what is known of their mailbox stand here as they happen.
            </Empty>
          }
        />
      </div>
    </Panel>
  );
}

function keyOf(item: TimelineItem): string {
  if (item.kind === "order") return `order ${item.order.id}`;
  if (item.kind === "message") return `${item.logId} ${item.event}`;
  return `${item.kind} ${item.channel} ${item.at} ${item.kind === "consent" ? item.state : item.evidence}`;
}

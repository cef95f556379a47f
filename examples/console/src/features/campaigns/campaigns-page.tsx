"use client";

import type { Campaign } from "@crm-engine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useEngine } from "@/api/engine";
import { POLL_MS, useVisible } from "@/api/live";
import { useParams } from "@/api/use-param";
import { CampaignStatusBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { type Column, DataTable } from "@/ui/data-table";
import { Field, Select } from "@/ui/field";
import { Empty, PageHead, Panel } from "@/ui/panel";
import { SearchField } from "@/ui/search-field";
import { Ago, Time } from "@/ui/time";
import { campaignHref } from "./campaign-href";
import { CampaignMenu } from "./campaign-menu";
import { isMoving, STATUSES } from "./campaign-status";
import { NewCampaignDialog } from "./new-campaign-dialog";
import { RowProgress } from "./row-progress";

const ROWS = 25;
const REST_MS = 10_000;

const COLUMNS: readonly Column<Campaign>[] = [
  {
    head: "Name",
    cell: (campaign) => (
      <div className="max-w-32 min-w-24 md:max-w-96">
        <Link
          href={campaignHref(campaign.id)}
          className="font-semibold break-words underline decoration-line-strong underline-offset-2"
        >
          {campaign.name}
        </Link>
        <div className="truncate text-xs text-muted">{campaign.message.subject ?? campaign.message.body}</div>
        <div className="mt-1 text-xs md:hidden">
          <RowProgress campaign={campaign} />
        </div>
      </div>
    ),
  },
  { head: "Status", cell: ({ status }) => <CampaignStatusBadge status={status} /> },
  { head: "Progress", wideOnly: true, cell: (campaign) => <RowProgress campaign={campaign} /> },
  { head: "Channel", wideOnly: true, cell: ({ message }) => (message.channel === "email" ? "e-mail" : "SMS") },
  {
    head: "Starts or started",
    wideOnly: true,
    cell: (campaign) => <Start campaign={campaign} />,
  },
  { head: "Actions", align: "right", cell: (campaign) => <CampaignMenu campaign={campaign} small /> },
];

export function CampaignsPage() {
  const engine = useEngine();
  const visible = useVisible();
  const [params, change] = useParams();
  const search = params.get("search") ?? undefined;
  const status = STATUSES.find((known) => known === params.get("status"));
  const archived = params.get("archived") === "true";
  const cursor = params.get("cursor") ?? undefined;
  const wanted = params.get("new");
  const filtered = search !== undefined || status !== undefined;
  const query = useQuery({
    queryKey: ["campaigns", { search, status, archived, cursor }],
    queryFn: () =>
      engine.campaigns.list({ limit: ROWS, ...(cursor === undefined ? {} : { cursor }) }, { search, status, archived }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => {
      if (!visible) return false;
      if (state.status === "error") return 3_000;
      return state.data?.items.some((campaign) => isMoving(campaign.status) || campaign.status === "scheduled")
        ? POLL_MS
        : REST_MS;
    },
  });
  const begin = () => change({ new: "1" });
  return (
    <>
      <PageHead
        title="Campaigns"
        documentTitle="Campaigns"
        actions={
          <Button look="primary" onClick={begin}>
            New campaign
          </Button>
        }
      />
      <Panel flush>
        <div className="flex flex-wrap items-end gap-3 px-4 py-3">
          <SearchField label="Name has" className="w-full sm:w-64" />
          <Field label="Status" className="w-36">
            {(control) => (
              <Select
                {...control}
                value={status ?? ""}
                onChange={(event) => change({ status: event.target.value, cursor: null })}
              >
                <option value="">Any</option>
                {STATUSES.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Show" className="w-36">
            {(control) => (
              <Select
                {...control}
                value={archived ? "true" : ""}
                onChange={(event) => change({ archived: event.target.value, cursor: null })}
              >
                <option value="">Current</option>
                <option value="true">Archived</option>
              </Select>
            )}
          </Field>
        </div>
        <DataTable
          label="Campaigns"
          query={query}
          columns={COLUMNS}
          keyOf={({ id }) => id}
          empty={
            filtered ? (
              <Empty
                title="No campaign is like that"
                actions={<Button onClick={() => change({ search: null, status: null, cursor: null })}>Show all</Button>}
              />
            ) : archived ? (
              <Empty title="Nothing is in the archive">Drafts and campaigns that have ended can be put away here.</Empty>
            ) : (
              <Empty
                title="No campaigns yet"
                actions={
                  <Button look="primary" onClick={begin}>
                    New campaign
                  </Button>
                }
              >
                A campaign writes one message to everyone in a segment.
              </Empty>
            )
          }
        />
      </Panel>
      {wanted !== null && (
        <NewCampaignDialog segmentId={wanted === "1" ? undefined : wanted} onClose={() => change({ new: null })} />
      )}
    </>
  );
}

function Start({ campaign: { schedule, history } }: { readonly campaign: Campaign }) {
  if (schedule !== undefined) {
    return (
      <>
        <Time at={schedule.at} />
        <div className="text-xs text-muted">
          <Ago at={schedule.at} />
        </div>
      </>
    );
  }
  const started = history.find(({ to }) => to === "planning")?.at;
  return started === undefined ? (
    <span className="text-muted">not set</span>
  ) : (
    <>
      <Time at={started} />
      <div className="text-xs text-muted">
        <Ago at={started} />
      </div>
    </>
  );
}

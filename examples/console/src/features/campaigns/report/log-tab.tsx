"use client";

import type { Campaign, CommunicationLog } from "@crm-engine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useEngine } from "@/api/engine";
import { POLL_MS, useVisible } from "@/api/live";
import { useParams } from "@/api/use-param";
import { DeliveryStatusBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { type Column, DataTable, PAGE_SIZE } from "@/ui/data-table";
import { DELIVERY_STATES, DELIVERY_WORDS } from "@/ui/delivery/delivery-state";
import { DownloadButton } from "@/ui/download-button";
import { Field, Select } from "@/ui/field";
import { Empty, Panel } from "@/ui/panel";
import { SearchField } from "@/ui/search-field";
import { Time } from "@/ui/time";
import { isMoving } from "../campaign-status";
import { inWords } from "../in-words";
import { ResolveConfirm } from "../live/unknown-panel";
import { Recipient, whoIs } from "../recipient";

const EVENTS = ["sent", "delivered", "bounced", "failed", "opened", "clicked", "complained", "unsubscribed"] as const;

/** Every recipient, and what became of their message. */
export function LogTab({ campaign }: { readonly campaign: Campaign }) {
  const { id } = campaign;
  const engine = useEngine();
  const visible = useVisible();
  const [params, change] = useParams();
  const [resolving, setResolving] = useState<{ readonly action: "resend" | "skip"; readonly row: string }>();
  const status = DELIVERY_STATES.find((known) => known === params.get("status"));
  const reason = params.get("reason") ?? undefined;
  const search = params.get("search") ?? undefined;
  const cursor = params.get("cursor") ?? undefined;
  const query = useQuery({
    queryKey: ["campaign", id, "log", { status, reason, search, cursor }],
    queryFn: () =>
      engine.campaigns.log(
        { campaignId: id, status, reason, search, names: true },
        { limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) },
      ),
    placeholderData: keepPreviousData,
    refetchInterval: (read) => (read.state.status === "error" ? 3_000 : visible && isMoving(campaign.status) ? POLL_MS : false),
  });
  const filter = new URLSearchParams(
    Object.entries({ status, reason, search }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const path = `/api/campaigns/${encodeURIComponent(id)}/log.csv${filter.size === 0 ? "" : `?${filter}`}`;
  const filtered = filter.size > 0;
  const columns: readonly Column<CommunicationLog>[] = [
    {
      head: "Customer",
      cell: (row) => <Recipient row={row} />,
    },
    {
      head: "Status",
      cell: (row) => (
        <div className="flex flex-col items-start gap-1">
          <DeliveryStatusBadge status={row.status} />
          {row.reason !== undefined && <span className="text-xs break-words text-muted md:hidden">{inWords(row.reason)}</span>}
          {row.status === "unknown" && !campaign.archived && (
            <span className="flex gap-1">
              <Button
                small
                aria-label={`Send again to ${whoIs(row)}`}
                onClick={() => setResolving({ action: "resend", row: row.id })}
              >
                Send again
              </Button>
              <Button small aria-label={`Leave ${whoIs(row)}`} onClick={() => setResolving({ action: "skip", row: row.id })}>
                Leave
              </Button>
            </span>
          )}
        </div>
      ),
    },
    {
      head: "Reason",
      wideOnly: true,
      cell: (row) => <span className="block min-w-36 break-words">{row.reason === undefined ? "" : inWords(row.reason)}</span>,
    },
    { head: "Attempts", align: "right", wideOnly: true, cell: ({ attempts }) => attempts },
    { head: "Times", wideOnly: true, cell: (row) => <Times row={row} /> },
    {
      head: "Id at the service",
      wideOnly: true,
      cell: ({ vendorMessageId, messageId }) => (
        <span className="font-mono text-xs break-all" title={`Our key: ${messageId}`}>
          {vendorMessageId ?? "–"}
        </span>
      ),
    },
  ];
  return (
    <Panel flush>
      <div className="flex flex-wrap items-end gap-3 px-4 py-3">
        <Field label="Status" className="w-36">
          {(control) => (
            <Select
              {...control}
              value={status ?? ""}
              onChange={(event) => change({ status: event.target.value, reason: null, cursor: null })}
            >
              <option value="">Any</option>
              {DELIVERY_STATES.map((state) => (
                <option key={state} value={state}>
                  {DELIVERY_WORDS[state].word}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <ReasonField id={id} status={status} value={reason} onChange={(chosen) => change({ ...chosen, cursor: null })} />
        <SearchField label="Id or address begins with" className="w-full sm:w-60" />
        <div className="ml-auto flex flex-wrap items-center gap-2">
          <CopyAsCurl method="GET" path={path} />
          <DownloadButton path={path} label="Export CSV" />
        </div>
      </div>
      <DataTable
        label="Log"
        query={query}
        columns={columns}
        keyOf={(row) => row.id}
        empty={
          filtered ? (
            <Empty
              title="No recipient is like that"
              actions={
                <Button onClick={() => change({ status: null, reason: null, search: null, cursor: null })}>Show all</Button>
              }
            />
          ) : (
            <Empty title="Nobody yet">Each recipient has a line here as soon as the audience is planned.</Empty>
          )
        }
      />
      {resolving !== undefined && (
        <ResolveConfirm
          id={id}
          action={resolving.action}
          count={1}
          ids={[resolving.row]}
          onClose={() => setResolving(undefined)}
        />
      )}
    </Panel>
  );
}

function Times({ row }: { readonly row: CommunicationLog }) {
  const seen = EVENTS.flatMap((event) => {
    const at = row[`${event}At`];
    return at === undefined ? [] : [{ event, at }];
  });
  const shown = seen.length > 0 ? seen : [{ event: "planned", at: row.plannedAt }];
  return (
    <ul className="text-xs">
      {shown.map(({ event, at }) => (
        <li key={event}>
          <span className="text-muted">{event}</span> <Time at={at} />
        </li>
      ))}
    </ul>
  );
}

interface ReasonFieldProps {
  readonly id: string;
  readonly status: string | undefined;
  readonly value: string | undefined;
  onChange(chosen: { readonly reason: string | null; readonly status?: string }): void;
}

/** The reasons that were counted; choosing one chooses its status too. */
function ReasonField({ id, status, value, onChange }: ReasonFieldProps) {
  const engine = useEngine();
  const stats = useQuery({ queryKey: ["campaign", id, "stats"], queryFn: () => engine.campaigns.stats(id) });
  const { failedBy = {}, skippedBy = {} } = stats.data ?? {};
  const reasons = [
    ...(status === undefined || status === "failed" ? Object.keys(failedBy).map((reason) => ({ status: "failed", reason })) : []),
    ...(status === undefined || status === "skipped"
      ? Object.keys(skippedBy).map((reason) => ({ status: "skipped", reason }))
      : []),
  ];
  if (value !== undefined && !reasons.some(({ reason }) => reason === value))
    reasons.push({ status: status ?? "", reason: value });
  if (reasons.length === 0) return null;
  return (
    <Field label="Reason" className="w-48">
      {(control) => (
        <Select
          {...control}
          value={value ?? ""}
          onChange={(event) => {
            const chosen = reasons.find(({ reason }) => reason === event.target.value);
            onChange(chosen === undefined ? { reason: null } : { reason: chosen.reason, status: chosen.status });
          }}
        >
          <option value="">Any</option>
          {reasons.map((choice) => (
            <option key={`${choice.status} ${choice.reason}`} value={choice.reason}>
              {inWords(choice.reason)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

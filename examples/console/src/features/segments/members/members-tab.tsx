"use client";

import type { Customer, Segment } from "@crm-engine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useEngine } from "@/api/engine";
import { formatMoney, formatNumber } from "@/api/format";
import { useEngineSettings } from "@/api/use-engine-settings";
import { useParams } from "@/api/use-param";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { type Column, DataTable, PAGE_SIZE } from "@/ui/data-table";
import { DownloadButton } from "@/ui/download-button";
import { Empty, Panel } from "@/ui/panel";
import { Ago } from "@/ui/time";
import { WhyPanel } from "./why-panel";

export function MembersTab({ segment, changed }: { readonly segment: Segment; readonly changed: boolean }) {
  const engine = useEngine();
  const [params, change] = useParams();
  const { currency } = useEngineSettings();
  const cursor = params.get("cursor");
  const query = useQuery({
    queryKey: ["segment", segment.id, "members", segment.version, cursor],
    queryFn: () => engine.segments.members(segment.id, { limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) }),
    placeholderData: (before) => before,
  });
  const path = `/api/segments/${encodeURIComponent(segment.id)}/customers`;
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <Panel
        flush
        title="Members"
        note={changed ? "Of the segment as it is saved, without your unsaved work." : "Whoever is in it right now."}
        actions={
          <>
            <CopyAsCurl method="GET" path={`${path}?limit=${PAGE_SIZE}`} />
            <DownloadButton path={`${path}.csv`} label="Export CSV" />
          </>
        }
      >
        <DataTable
          label="Members"
          query={query}
          columns={columns(currency, (id) => change({ why: id }))}
          keyOf={({ id }) => id}
          empty={
            <Empty title="Nobody is in it now">
              The rule selects no customer at the moment. Change it under “Rule”, or ask why somebody is out.
            </Empty>
          }
        />
      </Panel>
      <WhyPanel rule={segment.rule} timeZone={segment.timeZone} />
    </div>
  );
}

function columns(currency: string | undefined, why: (id: string) => void): readonly Column<Customer>[] {
  return [
    {
      head: "Customer",
      cell: ({ id, name, email, phone }) => (
        <>
          <Link href={`/customer?id=${encodeURIComponent(id)}`} className="font-semibold text-accent hover:underline">
            {name ?? id}
          </Link>
          <div className="text-xs break-all text-muted">{email ?? phone ?? "no address"}</div>
        </>
      ),
    },
    { head: "Orders", align: "right", cell: ({ orderCount }) => formatNumber(orderCount) },
    {
      head: "Total spend",
      align: "right",
      cell: ({ totalSpend }) => (currency === undefined ? formatNumber(totalSpend) : formatMoney(totalSpend, currency)),
    },
    {
      head: "Last order",
      wideOnly: true,
      cell: ({ lastOrderAt }) => (lastOrderAt === undefined ? "never" : <Ago at={lastOrderAt} />),
    },
    {
      head: "Why",
      cell: ({ id, name }) => (
        <Button small look="quiet" aria-label={`Why is ${name ?? id} in?`} onClick={() => why(id)}>
          Why?
        </Button>
      ),
    },
  ];
}

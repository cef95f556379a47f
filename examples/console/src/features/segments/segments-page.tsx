"use client";

import type { Segment } from "@crm-engine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useEngine } from "@/api/engine";
import { formatNumber } from "@/api/format";
import { useAllSegments } from "@/api/use-all";
import { useParams } from "@/api/use-param";
import { LinkButton } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { type Column, DataTable, PAGE_SIZE } from "@/ui/data-table";
import { Empty, PageHead, Panel } from "@/ui/panel";
import { SearchField } from "@/ui/search-field";
import { Ago } from "@/ui/time";

const COLUMNS: readonly Column<Segment>[] = [
  {
    head: "Name",
    cell: ({ id, name }) => (
      <Link href={`/segment?id=${encodeURIComponent(id)}`} className="font-semibold text-accent hover:underline">
        {name}
      </Link>
    ),
  },
  { head: "Who is in it", cell: ({ description }) => <span className="line-clamp-3 min-w-48 break-words">{description}</span> },
  { head: "Changed", wideOnly: true, cell: ({ updatedAt }) => <Ago at={updatedAt} /> },
];

const NEW = (
  <LinkButton look="primary" href="/segment">
    New segment
  </LinkButton>
);

export function SegmentsPage() {
  const [params] = useParams();
  const search = params.get("search") ?? "";
  return (
    <>
      <PageHead
        title="Segments"
        documentTitle="Segments"
        note="Rules that select customers, read anew each time they are used."
        actions={NEW}
      />
      <Panel flush>
        <div className="flex flex-wrap items-end justify-between gap-2 px-4 py-3">
          <SearchField label="Search by name" className="w-full max-w-72" />
          <CopyAsCurl method="GET" path="/api/segments?limit=50" />
        </div>
        {search.trim() === "" ? <AllSegments /> : <FoundSegments search={search} />}
      </Panel>
    </>
  );
}

function AllSegments() {
  const engine = useEngine();
  const [params] = useParams();
  const cursor = params.get("cursor");
  const query = useQuery({
    queryKey: ["segments", "page", cursor],
    queryFn: () => engine.segments.list({ limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) }),
    placeholderData: (before) => before,
  });
  return (
    <DataTable
      label="Segments"
      query={query}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      empty={
        <Empty title="No segments yet" actions={NEW}>
          A segment is a rule, such as “spent over 1,000 and not last ordered in the last month”. Campaigns write to the customers
          for whom it holds.
        </Empty>
      }
    />
  );
}

/** Drawn at most. */
const SHOWN = 100;

/** The API has no search of segments: it is done here. */
function FoundSegments({ search }: { readonly search: string }) {
  const query = useAllSegments();
  const wanted = search.trim().toLowerCase();
  const found = query.data?.items.filter(({ name }) => name.toLowerCase().includes(wanted)) ?? [];
  const shown = { ...query, data: query.data && { items: found.slice(0, SHOWN), nextCursor: null } } as Parameters<
    typeof DataTable<Segment>
  >[0]["query"];
  return (
    <>
      <DataTable
        label="Segments that were found"
        query={shown}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        empty={<Empty title={`No segment is called “${search.trim()}”`}>Only names are searched.</Empty>}
      />
      {(found.length > SHOWN || query.data?.more) && (
        <p className="px-4 py-2 text-xs text-muted">
          {found.length > SHOWN && `The first ${formatNumber(SHOWN)} of ${formatNumber(found.length)} are shown. `}
          {query.data?.more && `Only the oldest ${formatNumber(query.data.items.length)} segments were searched.`}
        </p>
      )}
    </>
  );
}

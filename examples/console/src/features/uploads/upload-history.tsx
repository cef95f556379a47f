"use client";

import type { Batch, BatchKind } from "@crm-engine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useEngine } from "@/api/engine";
import { formatNumber, plural } from "@/api/format";
import { POLL_MS } from "@/api/live";
import { useParams } from "@/api/use-param";
import { type Column, DataTable, PAGE_SIZE } from "@/ui/data-table";
import { Field, Select } from "@/ui/field";
import { Empty, Panel } from "@/ui/panel";
import { Ago } from "@/ui/time";
import { BatchStateBadge, WaitsFor } from "./batch/batch-state";
import { shortBatchId } from "./batch/short-batch-id";
import { useSendings } from "./sending";

/** Others upload too. */
const IDLE_MS = 10_000;
const RECOVER_MS = 3_000;

const COLUMNS: readonly Column<Batch>[] = [
  {
    head: "Upload",
    cell: ({ id, kind, createdAt }) => (
      <>
        <Link href={`/upload?id=${encodeURIComponent(id)}`} className="font-medium underline">
          {kind} <span className="font-mono text-xs text-muted">{shortBatchId(id)}</span>
        </Link>
        <span className="block text-xs text-muted md:hidden">
          <Ago at={createdAt} />
        </span>
      </>
    ),
  },
  { head: "When", wideOnly: true, cell: ({ createdAt }) => <Ago at={createdAt} /> },
  { head: "Received", align: "right", wideOnly: true, cell: ({ received }) => formatNumber(received) },
  { head: "Accepted", align: "right", wideOnly: true, cell: ({ accepted }) => formatNumber(accepted) },
  {
    head: "Rejected",
    align: "right",
    cell: ({ rejected }) => <span className={rejected > 0 ? "font-semibold text-bad" : ""}>{formatNumber(rejected)}</span>,
  },
  {
    head: "State",
    cell: (batch) => (
      <>
        <BatchStateBadge {...batch} />
        <span className="mt-1 block text-xs text-muted md:hidden">{plural(batch.received, "row")}</span>
        <WaitsFor waitsFor={batch.waitsFor} />
      </>
    ),
  },
];

/** Every upload, newest first: what became of each, whoever sent it. */
export function UploadHistory() {
  const engine = useEngine();
  const [params, change] = useParams();
  const wanted = params.get("kind");
  const kind: BatchKind | undefined = wanted === "customers" || wanted === "orders" ? wanted : undefined;
  const cursor = params.get("cursor") ?? undefined;
  const sends = useSendings().some(({ state }) => state === "sending");
  const query = useQuery({
    queryKey: ["batches", "list", kind, cursor],
    queryFn: () =>
      engine.batches.list(kind === undefined ? {} : { kind }, { limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => {
      if (state.status === "error" || state.fetchFailureCount > 0) return RECOVER_MS;
      return sends || state.data?.items.some(({ status }) => status === "processing") ? POLL_MS : IDLE_MS;
    },
  });
  return (
    <Panel
      flush
      title="Uploads"
      note="From this console, other people and programs; newest first"
      actions={
        <Field label="Kind" hiddenLabel>
          {(control) => (
            <Select
              {...control}
              value={kind ?? ""}
              onChange={(event) => change({ kind: event.target.value, cursor: null }, { push: true })}
            >
              <option value="">Customers and orders</option>
              <option value="customers">Customers</option>
              <option value="orders">Orders</option>
            </Select>
          )}
        </Field>
      }
    >
      <DataTable
        label="Uploads"
        query={query}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        empty={
          <Empty title="Nothing was uploaded yet">
            Drop a file above, or look around with customers and orders that are made up.
          </Empty>
        }
      />
    </Panel>
  );
}

"use client";

import type { Order } from "@crm-engine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useEngine } from "@/api/engine";
import { formatMoney, formatNumber } from "@/api/format";
import { useParams } from "@/api/use-param";
import { SampleDataButton } from "@/features/sample-data/sample-data-button";
import { shortBatchId } from "@/features/uploads/batch/short-batch-id";
import { LinkButton } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { type Column, DataTable, PAGE_SIZE } from "@/ui/data-table";
import { DownloadButton } from "@/ui/download-button";
import { Empty, Panel } from "@/ui/panel";
import { Time } from "@/ui/time";
import { FilteredTotals } from "./filtered-totals";
import { OrderBadges } from "./order-badges";
import { OrderFilters } from "./order-filters";
import { orderPath, useOrderQuery } from "./order-query";

const of = encodeURIComponent;

const COLUMNS: readonly Column<Order>[] = [
  {
    head: "Order",
    cell: ({ id, placedAt }) => (
      <>
        <Link className="font-medium break-all underline" href={`/order?id=${of(id)}`}>
          {id}
        </Link>
        <span className="block text-xs text-muted md:hidden">
          <Time at={placedAt} />
        </span>
      </>
    ),
  },
  { head: "Placed", wideOnly: true, cell: ({ placedAt }) => <Time at={placedAt} /> },
  {
    head: "Customer",
    cell: ({ customerId }) => (
      <Link className="break-all underline" href={`/customer?id=${of(customerId)}`}>
        {customerId}
      </Link>
    ),
  },
  { head: "Type and status", wideOnly: true, cell: (order) => <OrderBadges {...order} /> },
  { head: "Items", align: "right", wideOnly: true, cell: ({ items }) => formatNumber(items.length) },
  { head: "Channel", wideOnly: true, cell: ({ channel }) => channel ?? "–" },
  {
    head: "Amount",
    align: "right",
    cell: ({ amount, currency, status, type }) => (
      <>
        <span className={status === "cancelled" ? "text-muted line-through" : ""}>
          {formatMoney(type === "refund" ? -amount : amount, currency)}
        </span>
        {status === "cancelled" && <span className="block text-xs text-muted">cancelled</span>}
      </>
    ),
  },
  {
    head: "Upload",
    wideOnly: true,
    cell: ({ batchId, row }) =>
      batchId === undefined ? (
        "–"
      ) : (
        <Link className="font-mono text-xs underline" href={`/upload?id=${of(batchId)}`}>
          {shortBatchId(batchId)}
          {row === undefined ? "" : `, row ${formatNumber(row)}`}
        </Link>
      ),
  },
];

/** Orders, newest first, and what those that are filtered add up to. */
export function OrderList() {
  const engine = useEngine();
  const [params] = useParams();
  const filters = useOrderQuery();
  const cursor = params.get("cursor") ?? undefined;
  const filtered = Object.keys(filters).length > 0;
  const query = useQuery({
    queryKey: ["orders", "list", filters, cursor],
    queryFn: () => engine.orders.list(filters, { limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) }),
    placeholderData: keepPreviousData,
  });
  return (
    <div className="flex flex-col gap-4">
      <FilteredTotals query={filters} />
      <Panel
        flush
        title="Orders"
        note="Newest first"
        actions={
          <>
            <CopyAsCurl method="GET" path={orderPath("/api/orders", filters)} />
            <DownloadButton
              small
              path={orderPath("/api/orders.csv", filters)}
              label={filtered ? "Download these as CSV" : "Download as CSV"}
            />
          </>
        }
      >
        <OrderFilters />
        <DataTable
          label="Orders"
          query={query}
          columns={COLUMNS}
          keyOf={({ id }) => id}
          empty={
            filtered ? (
              <Empty title="No order meets all of this">Take a filter away, or widen the days.</Empty>
            ) : (
              <Empty
                title="There are no orders yet"
                actions={
                  <>
                    <LinkButton look="primary" href="/uploads">
                      Upload orders
                    </LinkButton>
                    <SampleDataButton />
                  </>
                }
              >
                Upload a file, enter one by hand, or look around with data that is made up.
              </Empty>
            )
          }
        />
      </Panel>
    </div>
  );
}

"use client";

import type { Order } from "@crm-engine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { useEngine } from "@/api/engine";
import { hasRemoteCode } from "@/api/errors/has-remote-code";
import { formatMoney, formatNumber } from "@/api/format";
import { useParams } from "@/api/use-param";
import { shortBatchId } from "@/features/uploads/batch/short-batch-id";
import { LinkButton } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { Loaded } from "@/ui/data-table";
import { Empty, Figure, PageHead, Panel } from "@/ui/panel";
import { Time } from "@/ui/time";
import { ChangeStatus } from "./change-status";
import { OrderBadges } from "./order-badges";
import { OrderItems } from "./order-items";

const of = encodeURIComponent;

export function OrderPage() {
  const engine = useEngine();
  const [params] = useParams();
  const id = params.get("id") ?? "";
  const query = useQuery({ queryKey: ["order", id], queryFn: () => engine.orders.get(id), enabled: id !== "" });
  const { data } = query;
  if (id === "" || (data === undefined && hasRemoteCode(query.error, "not_found"))) {
    return (
      <>
        <PageHead title="Order" documentTitle="Order" />
        <Panel>
          <Empty title="There is no such order" actions={<LinkButton href="/orders">All orders</LinkButton>}>
            {id === "" ? "The address names none." : `The engine knows no order ${id}. One that was just sent may take a moment.`}
          </Empty>
        </Panel>
      </>
    );
  }
  return (
    <>
      <PageHead
        title={`Order ${id}`}
        documentTitle={`Order ${id}`}
        note={
          data !== undefined && (
            <span className="flex flex-wrap items-center gap-2">
              <OrderBadges {...data} />
              <Time at={data.placedAt} />
            </span>
          )
        }
        actions={
          <>
            <CopyAsCurl method="GET" path={`/api/orders/${of(id)}`} />
            {data !== undefined && <ChangeStatus order={data} />}
          </>
        }
      />
      <Loaded query={query}>
        {(order) => (
          <div className="flex flex-col gap-4">
            <OrderFacts order={order} />
            <OrderItems order={order} />
          </div>
        )}
      </Loaded>
    </>
  );
}

function OrderFacts({ order }: { readonly order: Order }) {
  const { type, status, amount, currency, customerId, channel, batchId, row } = order;
  const cancelled = status === "cancelled";
  return (
    <Panel>
      <Figure
        label={type === "refund" ? "Given back" : "Paid"}
        value={<span className={cancelled ? "text-muted line-through" : ""}>{formatMoney(amount, currency)}</span>}
        note={cancelled ? "Cancelled: it counts in no total" : undefined}
      />
      <dl className="mt-4 grid gap-x-6 gap-y-3 text-sm sm:grid-cols-2 lg:grid-cols-4">
        <Fact name="Customer">
          <Link className="break-all underline" href={`/customer?id=${of(customerId)}`}>
            {customerId}
          </Link>{" "}
          <Link className="text-xs whitespace-nowrap underline" href={`/orders?customerId=${of(customerId)}`}>
            their orders
          </Link>
        </Fact>
        <Fact name="Type and status">
          {type}, {status}
        </Fact>
        <Fact name="Channel">
          {channel === undefined ? (
            "none said"
          ) : (
            <Link className="underline" href={`/orders?channel=${of(channel)}`}>
              {channel}
            </Link>
          )}
        </Fact>
        <Fact name="Last written by">
          {batchId === undefined ? (
            "an upload of before uploads were noted"
          ) : (
            <Link className="underline" href={`/upload?id=${of(batchId)}`}>
              upload <span className="font-mono text-xs">{shortBatchId(batchId)}</span>
              {row === undefined ? "" : `, row ${formatNumber(row)}`}
            </Link>
          )}
        </Fact>
      </dl>
    </Panel>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs font-semibold text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

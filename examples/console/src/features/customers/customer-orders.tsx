"use client";

import type { Order } from "@crm-engine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { useEngine } from "@/api/engine";
import { formatMoney, formatNumber } from "@/api/format";
import { POLL_MS } from "@/api/live";
import { StatusDialog } from "@/features/orders/change-status";
import { Badge } from "@/ui/badge";
import { Button, LinkButton } from "@/ui/button";
import { DataTable } from "@/ui/data-table";
import { Empty, Panel } from "@/ui/panel";
import { Time } from "@/ui/time";
import { orderHref } from "./words";

const SHOWN = 10;

export function CustomerOrders({ id }: { readonly id: string }) {
  const engine = useEngine();
  const [cancels, setCancels] = useState<Order>();
  const all = `/orders?customerId=${encodeURIComponent(id)}`;
  const query = useQuery({
    queryKey: ["customer", id, "orders"],
    queryFn: async () => ({ items: (await engine.orders.list({ customerId: id }, { limit: SHOWN })).items, nextCursor: null }),
    refetchInterval: POLL_MS,
  });
  return (
    <Panel
      flush
      title="Latest orders"
      note={`The latest ${SHOWN}, the newest first.`}
      actions={<LinkButton href={all}>All their orders</LinkButton>}
    >
      <DataTable
        label="Latest orders"
        query={query}
        keyOf={(order) => order.id}
        columns={[
          {
            head: "Order",
            cell: ({ id: order, type, status }) => (
              <span className="flex flex-wrap items-center gap-1">
                <Link href={orderHref(order)} className="font-medium text-accent hover:underline">
                  {order}
                </Link>
                {type === "refund" && <Badge tone="info">refund</Badge>}
                {status === "cancelled" && <Badge tone="warn">cancelled</Badge>}
              </span>
            ),
          },
          { head: "Placed", cell: ({ placedAt }) => <Time at={placedAt} /> },
          { head: "Lines", align: "right", wideOnly: true, cell: ({ items }) => formatNumber(items.length) },
          {
            head: "Amount",
            align: "right",
            cell: ({ type, amount, currency }) => `${type === "refund" ? "−" : ""}${formatMoney(amount, currency)}`,
          },
          {
            head: "Action",
            cell: (order) =>
              order.status === "placed" && (
                <Button small aria-label={`Cancel order ${order.id}`} onClick={() => setCancels(order)}>
                  Cancel…
                </Button>
              ),
          },
        ]}
        empty={
          <Empty title="They never ordered" actions={<LinkButton href="/uploads">Upload orders</LinkButton>}>
            Orders come by upload, and stand here as soon as they are stored.
          </Empty>
        }
      />
      {cancels !== undefined && <StatusDialog order={cancels} onClose={() => setCancels(undefined)} />}
    </Panel>
  );
}

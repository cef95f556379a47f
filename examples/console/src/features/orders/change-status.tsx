"use client";

import type { Order } from "@crm-engine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { useEngine } from "@/api/engine";
import { hasRemoteCode } from "@/api/errors/has-remote-code";
import { formatMoney } from "@/api/format";
import { useSendRow } from "@/api/use-send-row";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { Confirm } from "@/ui/dialog";
import { SendingNote } from "@/ui/sending-note";
import { sentAgain } from "./order-values";

/** Cancels an order, or has it count again. */
export function ChangeStatus({ order }: { readonly order: Order }) {
  const [open, setOpen] = useState(false);
  const cancels = order.status === "placed";
  return (
    <>
      <Button look={cancels ? "danger" : "plain"} onClick={() => setOpen(true)}>
        {actionOn(order)}
      </Button>
      {open && <StatusDialog order={order} onClose={() => setOpen(false)} />}
    </>
  );
}

const actionOn = ({ status }: Order): string => (status === "placed" ? "Cancel this order" : "Place this order again");

/** Sends the order once more with the other status, and waits until that is stored. */
export function StatusDialog({ order, onClose }: { readonly order: Order; onClose(): void }) {
  const engine = useEngine();
  const cancels = order.status === "placed";
  const input = sentAgain(order, cancels ? "cancelled" : "placed");
  const customer = useQuery({
    queryKey: ["customer", order.customerId, "exists"],
    queryFn: () => engine.customers.get(order.customerId),
  });
  const { send, busy, error, taken, waitsFor } = useSendRow({
    changes: [["orders"], ["order"], ["customer"], ["customers"], ["batches"], ["dashboard"]],
    onStored: () => {
      onClose();
      toast.success(cancels ? `Order ${order.id} is cancelled` : `Order ${order.id} counts again`);
    },
  });
  const money = formatMoney(order.amount, order.currency);
  return (
    <Confirm
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={cancels ? `Cancel order ${order.id}?` : `Place order ${order.id} again?`}
      action={actionOn(order)}
      look={cancels ? "danger" : "primary"}
      busy={busy}
      error={error}
      onConfirm={() => send(() => engine.ingest.orders([input]))}
    >
      <p>
        {cancels
          ? `Its ${money} leave the totals of customer ${order.customerId}, of the figures, and of every segment that counts orders. The order itself stays, and can be placed again.`
          : `Its ${money} count again in the totals of customer ${order.customerId}, in the figures and in segments.`}
      </p>
      <p className="text-muted">Nobody is told of it, and no money moves: the engine only keeps count.</p>
      {hasRemoteCode(customer.error, "not_found") && (
        <p className="rounded-md bg-warn-soft px-3 py-2">
          <span className="font-semibold text-warn">Its customer is not there,</span> as after an erasure. Sending the order again
          makes a bare record under the id {order.customerId}.
        </p>
      )}
      <div>
        <CopyAsCurl method="POST" path="/api/orders" body={input} />
      </div>
      <SendingNote taken={taken} waitsFor={waitsFor} />
    </Confirm>
  );
}

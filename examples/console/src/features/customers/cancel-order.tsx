"use client";

import type { Order, OrderInput } from "@crm-engine/core";
import { toast } from "sonner";
import { useEngine } from "@/api/engine";
import { formatMoney } from "@/api/format";
import { useSendRow } from "@/api/use-send-row";
import { CopyAsCurl } from "@/ui/copy-button";
import { Confirm } from "@/ui/dialog";
import { SendingNote } from "@/ui/sending-note";

/** Sends the order again as cancelled, and waits until that is stored. */
export function CancelOrder({ order, onClose }: { readonly order: Order; readonly onClose: () => void }) {
  const engine = useEngine();
  const { id, customerId, type, amount, currency } = order;
  const row = useSendRow({
    changes: [["customer", customerId], ["customers"], ["orders"], ["order", id], ["dashboard"]],
    onStored: () => {
      toast.success(`Order ${id} is cancelled.`);
      onClose();
    },
  });
  const input = cancelled(order);
  return (
    <Confirm
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Cancel ${type === "refund" ? "refund" : "order"} ${id}?`}
      action={type === "refund" ? "Cancel the refund" : "Cancel the order"}
      busy={row.busy}
      error={row.error}
      onConfirm={() => row.send(() => engine.ingest.orders([input]))}
    >
      <p>
        {formatMoney(amount, currency)} counts no longer in their orders and spend, in segments and in figures. The order stays in
        lists, as cancelled. This moves no money, and tells nobody: do that where the order came from.
      </p>
      <p className="text-muted">To undo it, upload the order again as placed.</p>
      <div>
        <CopyAsCurl method="POST" path="/api/orders" body={[input]} />
      </div>
      <SendingNote taken={row.taken} waitsFor={row.waitsFor} />
    </Confirm>
  );
}

function cancelled({ id, customerId, type, amount, currency, placedAt, items, channel }: Order): OrderInput {
  return {
    id,
    customerId,
    type,
    status: "cancelled",
    amount,
    currency,
    placedAt,
    items,
    ...(channel === undefined ? {} : { channel }),
  };
}

import type { Order } from "@crm-engine/core";
import { Badge } from "@/ui/badge";

/** What is not the rule: money given back, and what was cancelled. */
export function OrderBadges({ type, status }: Pick<Order, "type" | "status">) {
  return (
    <span className="inline-flex flex-wrap gap-1">
      {type === "refund" ? <Badge tone="warn">refund</Badge> : <Badge>purchase</Badge>}
      {status === "cancelled" && <Badge tone="bad">cancelled</Badge>}
    </span>
  );
}

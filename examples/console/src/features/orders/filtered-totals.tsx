"use client";

import { useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { formatMoney, formatNumber, plural } from "@/api/format";
import { Loaded } from "@/ui/data-table";
import { Figure, Panel, Skeleton } from "@/ui/panel";
import type { OrderQuery } from "./order-query";

/** What all orders of the list add up to, not only those on this page. */
export function FilteredTotals({ query: filters }: { readonly query: OrderQuery }) {
  const engine = useEngine();
  const query = useQuery({
    queryKey: ["orders", "totals", filters],
    queryFn: ({ signal }) => engine.orders.totals(filters, { signal }),
  });
  return (
    <Panel>
      <Loaded query={query} skeleton={<Skeleton className="h-16 w-full" />}>
        {({ orders, purchaseCount, refundCount, purchases, refunds, revenue, cancelledCount, currency }) => (
          <section aria-label="Totals of the orders below" className="grid grid-cols-2 gap-4 lg:grid-cols-4">
            <Figure
              label="Orders"
              value={<Amount>{formatNumber(orders)}</Amount>}
              note={
                cancelledCount > 0 && filters.status === undefined
                  ? `and ${formatNumber(cancelledCount)} cancelled, which count in no sum`
                  : undefined
              }
            />
            <Figure
              label="Purchases"
              value={<Amount>{formatMoney(purchases, currency)}</Amount>}
              note={plural(purchaseCount, "purchase")}
            />
            <Figure
              label="Refunds"
              value={<Amount>{formatMoney(refunds, currency)}</Amount>}
              note={plural(refundCount, "refund")}
            />
            <Figure label="Revenue" value={<Amount>{formatMoney(revenue, currency)}</Amount>} note="Purchases less refunds" />
          </section>
        )}
      </Loaded>
    </Panel>
  );
}

/** Millions have to find room on a phone too. */
function Amount({ children }: { readonly children: string }) {
  return <span className="block max-lg:text-page max-sm:text-panel">{children}</span>;
}

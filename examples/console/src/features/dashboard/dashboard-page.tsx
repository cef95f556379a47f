"use client";

import { useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { formatDay } from "@/api/format";
import { POLL_MS, useVisible } from "@/api/live";
import { Loaded } from "@/ui/data-table";
import { PageHead } from "@/ui/panel";
import { Ago } from "@/ui/time";
import { CampaignLists } from "./campaign-lists";
import { DashboardSkeleton } from "./dashboard-skeleton";
import { DeliveryPanel } from "./delivery-panel";
import { FirstSteps } from "./first-steps";
import { NeedsHand } from "./needs-hand";
import { OrderPanel } from "./order-panel";
import { RecentSegments } from "./recent-segments";

/** What needs me, what runs, and how it goes beside the time before. */
export function DashboardPage() {
  const engine = useEngine();
  const visible = useVisible();
  const query = useQuery({
    queryKey: ["dashboard"],
    queryFn: () => engine.dashboard(),
    refetchInterval: visible ? POLL_MS : false,
  });
  return (
    <>
      <PageHead
        title="Dashboard"
        documentTitle="Dashboard"
        note={
          query.data !== undefined && (
            <>
              {formatDay(query.data.orders.totals.from)} to today, days in {query.data.timeZone} · figures as of{" "}
              <Ago at={query.data.asOf} />
              {!query.data.complete && " · figures of older orders are still being computed"}
            </>
          )
        }
      />
      <Loaded query={query} skeleton={<DashboardSkeleton />}>
        {(dashboard) =>
          dashboard.customers.count === 0 ? (
            <FirstSteps findings={dashboard.needsHand} />
          ) : (
            <div className="grid grid-cols-1 gap-4 lg:grid-cols-3">
              <NeedsHand findings={dashboard.needsHand} className="lg:col-span-3" />
              <OrderPanel dashboard={dashboard} className="lg:col-span-2" />
              <CampaignLists campaigns={dashboard.campaigns} />
              <DeliveryPanel dashboard={dashboard} className="lg:col-span-2" />
              <RecentSegments segments={dashboard.segments} />
            </div>
          )
        }
      </Loaded>
    </>
  );
}

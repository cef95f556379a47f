"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { POLL_MS } from "@/api/live";
import { useParams } from "@/api/use-param";
import { CopyAsCurl } from "@/ui/copy-button";
import { Loaded } from "@/ui/data-table";
import { Panel, Skeleton } from "@/ui/panel";
import { Ago } from "@/ui/time";
import { isDay } from "../days";
import { orderPath } from "../order-query";
import { CohortTable } from "./cohort-table";
import { CustomersChart, MeasureChart } from "./period-charts";
import { RangePicker } from "./range-picker";
import type { Unit } from "./ranges";
import { Summary } from "./summary";
import { TopProducts } from "./top-products";

/** Figures are mended within ten seconds. */
const FRESH_MS = 10_000;
const RECOVER_MS = 3_000;

/** What orders add up to, from figures that the engine keeps. */
export function AnalyticsTab() {
  const engine = useEngine();
  const [params] = useParams();
  const asked = {
    ...dayOf("from", params.get("from")),
    ...dayOf("to", params.get("to")),
    ...unitOf(params.get("by")),
  };
  const query = useQuery({
    queryKey: ["orders", "analytics", asked],
    queryFn: () => engine.orders.analytics(asked),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => {
      if (state.status === "error" || state.fetchFailureCount > 0) return RECOVER_MS;
      return state.data?.complete === false ? POLL_MS : FRESH_MS;
    },
  });
  const { data } = query;
  const range =
    data === undefined || query.isPlaceholderData ? undefined : { from: data.totals.from, to: data.totals.to, by: data.by };
  return (
    <div className="flex flex-col gap-4">
      <Panel>
        <RangePicker range={range} timeZone={data?.timeZone ?? "UTC"} />
        <div className="mt-2 flex flex-wrap items-center justify-between gap-2 text-xs text-muted">
          {data === undefined ? (
            <Skeleton className="h-4 w-64" />
          ) : (
            <p>
              All orders stored until <Ago at={data.asOf} /> are counted; days are those of {data.timeZone}.
            </p>
          )}
          <CopyAsCurl method="GET" path={orderPath("/api/orders/analytics", asked)} />
        </div>
        {data?.complete === false && (
          <p className="mt-2 rounded-md bg-warn-soft px-3 py-2 text-sm">
            <span className="font-semibold text-warn">These figures are not complete yet.</span> They are computed for the first
            time; this page follows.
          </p>
        )}
      </Panel>
      <Loaded query={query} skeleton={<AnalyticsSkeleton />}>
        {(figures) => (
          <div className={query.isPlaceholderData ? "flex flex-col gap-4 opacity-60" : "flex flex-col gap-4"}>
            <Summary data={figures} />
            <div className="grid gap-4 lg:grid-cols-2">
              <MeasureChart data={figures} />
              <CustomersChart data={figures} />
            </div>
            <TopProducts data={figures} />
            <CohortTable data={figures} />
          </div>
        )}
      </Loaded>
    </div>
  );
}

function AnalyticsSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-4">
      <Skeleton className="h-36 w-full" />
      <div className="grid gap-4 lg:grid-cols-2">
        <Skeleton className="h-72 w-full" />
        <Skeleton className="h-72 w-full" />
      </div>
      <Skeleton className="h-96 w-full" />
    </div>
  );
}

function dayOf(name: "from" | "to", value: string | null): { readonly from?: string; readonly to?: string } {
  return value !== null && isDay(value) ? { [name]: value } : {};
}

function unitOf(value: string | null): { readonly by?: Unit } {
  return value === "day" || value === "week" || value === "month" ? { by: value } : {};
}

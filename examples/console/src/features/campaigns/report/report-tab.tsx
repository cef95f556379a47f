"use client";

import type { Campaign } from "@crm-engine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { POLL_MS, useVisible } from "@/api/live";
import { useParams } from "@/api/use-param";
import { Loaded } from "@/ui/data-table";
import { Skeleton } from "@/ui/panel";
import { isMoving } from "../campaign-status";
import { AudienceOrders } from "./audience-orders";
import { Days } from "./days";
import { Funnel } from "./funnel";
import { Reasons } from "./reasons";
import { Timeline } from "./timeline";

const WINDOWS: readonly number[] = [1, 3, 7, 14, 30, 60, 90];
const REST_MS = 30_000;

/** What became of the messages, and what their recipients ordered. */
export function ReportTab({ campaign }: { readonly campaign: Campaign }) {
  const { id, status } = campaign;
  const engine = useEngine();
  const visible = useVisible();
  const [params, change] = useParams();
  const wanted = Number(params.get("window") ?? 7);
  const windowDays = WINDOWS.includes(wanted) ? wanted : 7;
  const query = useQuery({
    queryKey: ["campaign", id, "report", windowDays],
    queryFn: ({ signal }) => engine.campaigns.report(id, { windowDays, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.status === "error" ? 3_000 : visible ? (isMoving(status) ? POLL_MS : REST_MS) : false),
  });
  return (
    <Loaded query={query} skeleton={<Skeleton className="h-120 w-full" />}>
      {(report) => (
        <div className="flex flex-col gap-4">
          <div className="grid items-start gap-4 lg:grid-cols-2">
            <Funnel id={id} report={report} />
            <div className="flex min-w-0 flex-col gap-4">
              <Timeline timeline={report.timeline} />
              <Reasons id={id} report={report} />
            </div>
          </div>
          <AudienceOrders
            report={report}
            windows={WINDOWS}
            windowDays={windowDays}
            onWindow={(days) => change({ window: days === 7 ? null : String(days) })}
          />
          <Days days={report.days} timeZone={report.timeZone} />
        </div>
      )}
    </Loaded>
  );
}

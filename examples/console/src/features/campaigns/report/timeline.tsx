"use client";

import { useMemo } from "react";
import { formatNumber } from "@/api/format";
import { Chart } from "@/charts/chart";
import { Panel } from "@/ui/panel";
import { Time } from "@/ui/time";
import type { CampaignReport } from "./campaign-report";

/** Points that a chart has room for. */
const MOST = 240;
const MINUTE_MS = 60_000;

/** What was seen in each minute; of a long campaign, in each few. */
export function Timeline({ timeline }: { readonly timeline: CampaignReport["timeline"] }) {
  const { x, series, step } = useMemo(() => buckets(timeline), [timeline]);
  const [only] = timeline;
  if (only === undefined) return null;
  if (x.length === 1) {
    return (
      <Panel title="Over time">
        <p className="text-sm">
          All within the minute from <Time at={only.at} />: {formatNumber(only.sent)} sent, {formatNumber(only.delivered)}{" "}
          delivered, {formatNumber(only.failed)} failed.
        </p>
      </Panel>
    );
  }
  return (
    <Panel title="Over time" note={step === 1 ? "Messages in each minute" : `Messages in each ${formatNumber(step)} minutes`}>
      <Chart
        label="Messages sent, delivered and failed over time"
        xName="From"
        x={x}
        series={series}
        format={formatNumber}
        note="Sent in blue, delivered in green, failed in red; point at it for numbers."
      />
    </Panel>
  );
}

function buckets(timeline: CampaignReport["timeline"]) {
  const minutes = timeline.map(({ at }) => Math.floor(Date.parse(at) / MINUTE_MS));
  const [first = 0, last = 0] = [minutes[0], minutes.at(-1)];
  const step = Math.max(1, Math.ceil((last - first + 1) / MOST));
  const length = Math.floor((last - first) / step) + 1;
  const sums = {
    sent: Array<number>(length).fill(0),
    delivered: Array<number>(length).fill(0),
    failed: Array<number>(length).fill(0),
  };
  for (const [index, minute] of timeline.entries()) {
    const at = Math.floor(((minutes[index] ?? first) - first) / step);
    for (const name of ["sent", "delivered", "failed"] as const) sums[name][at] = (sums[name][at] ?? 0) + minute[name];
  }
  const days = last - first > 1_440;
  const x = Array.from({ length }, (_, index) =>
    new Date((first + index * step) * MINUTE_MS).toLocaleString("en-GB", {
      ...(days ? { day: "numeric", month: "short" } : {}),
      hour: "2-digit",
      minute: "2-digit",
    }),
  );
  const series = [
    { name: "Sent", values: sums.sent, colour: "state-sent", look: "line" as const },
    { name: "Delivered", values: sums.delivered, colour: "state-delivered", look: "dashed" as const },
    { name: "Failed", values: sums.failed, colour: "state-failed", look: "line" as const },
  ];
  return { x, series, step };
}

"use client";

import type { Dashboard } from "@crm-engine/core/schemas";
import { useMemo } from "react";
import { formatCompact, formatDay, formatNumber, formatShare } from "@/api/format";
import { Chart } from "@/charts/chart";
import type { Series } from "@/charts/plot";
import { Change } from "@/features/dashboard/change";
import { Badge, type Tone } from "@/ui/badge";
import { Figure, Panel } from "@/ui/panel";

/** Mailbox providers want less than this. */
const WANTED = 0.001;
/** From here on they refuse mail. */
const REFUSED = 0.003;

/** Deliveries by day, and complaints against what mailbox providers bear. */
export function DeliveryPanel({ dashboard, className }: { readonly dashboard: Dashboard; readonly className?: string }) {
  const { days, totals, before, complaints } = dashboard.deliveries;
  const x = useMemo(() => days.map(({ day }) => formatDay(day)), [days]);
  const series = useMemo<readonly Series[]>(
    () => [
      { name: "Delivered", colour: "state-delivered", look: "bars", values: days.map(({ delivered }) => delivered) },
      { name: "Bounced", colour: "state-bounced", values: days.map(({ bounced }) => bounced) },
      { name: "Failed", colour: "state-failed", look: "dashed", values: days.map(({ failed }) => failed) },
    ],
    [days],
  );
  const none = totals.delivered + totals.bounced + totals.failed === 0;
  return (
    <Panel title="Deliveries" note={`Last ${days.length} days`} {...(className === undefined ? {} : { className })}>
      <div className="mb-4 grid grid-cols-2 gap-4 sm:grid-cols-4">
        <Figure
          label="Delivered"
          value={formatNumber(totals.delivered)}
          note={<Change now={totals.delivered} before={before.totals.delivered} />}
        />
        <Figure
          label="Bounced"
          value={formatNumber(totals.bounced)}
          note={formatShare(totals.bounced, totals.bounced + totals.delivered)}
        />
        <Figure label="Failed" value={formatNumber(totals.failed)} />
        <Figure label="Complaints" value={formatNumber(complaints.count)} note={<ComplaintRate {...complaints} />} />
      </div>
      {none ? (
        <p className="py-6 text-center text-sm text-muted">
          No messages on these days. Launch a campaign, and its deliveries show here.
        </p>
      ) : (
        <Chart
          height={150}
          label={`Deliveries by day: ${formatNumber(totals.delivered)} delivered, ${formatNumber(totals.bounced)} bounced, ${formatNumber(totals.failed)} failed`}
          x={x}
          series={series}
          format={formatNumber}
          axisFormat={formatCompact}
          note="Bars: delivered; line: bounced; dashed: failed."
        />
      )}
    </Panel>
  );
}

function ComplaintRate({ count, base, rate }: Dashboard["deliveries"]["complaints"]) {
  if (rate === null) return <>of no deliveries</>;
  const [tone, word]: readonly [Tone, string] =
    rate >= REFUSED
      ? ["bad", "mail is refused from 0.3%"]
      : rate >= WANTED
        ? ["warn", "wanted: under 0.1%"]
        : ["good", "under 0.1%"];
  return (
    <span className="flex flex-wrap items-center gap-1">
      {count === 0 ? "none" : formatShare(count, base)} <Badge tone={tone}>{word}</Badge>
    </span>
  );
}

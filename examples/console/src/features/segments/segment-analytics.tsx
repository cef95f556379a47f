"use client";

import type { Segment } from "@crm-engine/core";
import type { SegmentAnalytics } from "@crm-engine/core/schemas";
import { useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { formatCompact, formatMoney, formatNumber, formatShare } from "@/api/format";
import { useAllSegments } from "@/api/use-all";
import { useParams } from "@/api/use-param";
import { Chart } from "@/charts/chart";
import { CopyAsCurl } from "@/ui/copy-button";
import { Loaded } from "@/ui/data-table";
import { Empty, Figure, Panel, Skeleton } from "@/ui/panel";
import { Ago } from "@/ui/time";
import { Combo } from "./combo";

interface Both<T> {
  readonly segment: T;
  readonly everyone: T;
}
type Bucket = SegmentAnalytics["distributions"]["totalSpend"][number];

/** Who is in a segment, beside everyone. */
export function SegmentAnalyticsTab({ segment }: { readonly segment: Segment }) {
  const engine = useEngine();
  const [params, change] = useParams();
  const segments = useAllSegments();
  const other = params.get("with");
  const query = useQuery({
    queryKey: ["segment", segment.id, "analytics", segment.version, other],
    queryFn: ({ signal }) => engine.segments.analytics(segment.id, other === null ? {} : { with: other }, { signal }),
    staleTime: 60_000,
    placeholderData: (before) => before,
  });
  const path = `/api/segments/${encodeURIComponent(segment.id)}/analytics`;
  return (
    <Loaded query={query} skeleton={<Skeleton className="h-96 w-full" />}>
      {(figures) => (
        <div className="flex flex-col gap-4">
          <Panel
            title="Beside everyone"
            note={
              <>
                Counted <Ago at={figures.asOf} />, of the segment as it is saved
              </>
            }
            actions={<CopyAsCurl method="GET" path={other === null ? path : `${path}?with=${encodeURIComponent(other)}`} />}
          >
            <Figures figures={figures} />
          </Panel>
          <Distributions figures={figures} />
          <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
            <Products figures={figures} />
            <Panel title="Overlap" note="How many are in another segment too.">
              <Combo
                label="Other segment"
                className="max-w-80"
                value={other ?? ""}
                placeholder="Which segment?"
                shown={other ?? ""}
                options={(segments.data?.items ?? [])
                  .filter(({ id }) => id !== segment.id)
                  .map(({ id, name }) => ({ value: id, label: name }))}
                onChange={(id) => change({ with: id })}
              />
              {figures.overlap !== undefined && <Overlap overlap={figures.overlap} name={segment.name} />}
            </Panel>
          </div>
        </div>
      )}
    </Loaded>
  );
}

function Figures({ figures: { customers, spend, averageSpend, currency } }: { readonly figures: SegmentAnalytics }) {
  const money = (amount: number | string | null) => (amount === null ? "–" : formatMoney(amount, currency, { compact: true }));
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <Figure
        label="Customers"
        value={formatNumber(customers.segment)}
        note={`${formatShare(customers.segment, customers.everyone)} of ${formatNumber(customers.everyone)}`}
      />
      <Figure
        label="Spent"
        value={money(spend.segment)}
        note={`${formatShare(Number(spend.segment), Number(spend.everyone))} of ${money(spend.everyone)}`}
      />
      <Figure
        label="Spent by each, on average"
        value={money(averageSpend.segment)}
        note={`everyone: ${money(averageSpend.everyone)}`}
      />
    </div>
  );
}

function Distributions({ figures: { customers, distributions, currency } }: { readonly figures: SegmentAnalytics }) {
  const { totalSpend, orderCount, daysSinceLastOrder } = distributions;
  const amount = (value: number) => formatMoney(value, currency, { compact: true });
  const never = { from: undefined, to: undefined, ...daysSinceLastOrder.never };
  return (
    <div className="grid gap-4 lg:grid-cols-3">
      <Spread title="Total spend" xName="Spent" of={customers} buckets={totalSpend} say={(bucket) => range(bucket, amount)} />
      <Spread title="Number of orders" xName="Orders" of={customers} buckets={orderCount} say={ordersIn} />
      <Spread
        title="Last order"
        xName="Days ago"
        of={customers}
        buckets={[...daysSinceLastOrder.buckets, never]}
        say={(bucket) => (bucket === never ? "never" : range(bucket, formatNumber))}
      />
    </div>
  );
}

function range({ from, to }: Bucket, say: (value: number) => string): string {
  if (from === undefined) return to === undefined ? "any" : `under ${say(to)}`;
  return to === undefined ? `${say(from)} +` : `${say(from)}–${say(to)}`;
}

/** Whole numbers: from 1 up to 2 is 1. */
function ordersIn({ from = 0, to }: Bucket): string {
  if (to === undefined) return `${formatNumber(from)} +`;
  return to - from <= 1 ? formatNumber(from) : `${formatNumber(from)}–${formatNumber(to - 1)}`;
}

interface SpreadProps {
  readonly title: string;
  readonly xName: string;
  readonly of: Both<number>;
  readonly buckets: readonly Bucket[];
  say(bucket: Bucket): string;
}

/** Shares of the segment's customers as bars, and of everyone as a dashed line. */
function Spread({ title, xName, of, buckets, say }: SpreadProps) {
  const first = buckets.findIndex(({ everyone }) => everyone > 0);
  const last = buckets.findLastIndex(({ everyone }) => everyone > 0);
  const shown = first === -1 ? [] : buckets.slice(first, last + 1);
  const percent = (part: number, whole: number) => (whole === 0 ? 0 : (100 * part) / whole);
  const format = (value: number) => `${formatNumber(Math.round(value * 10) / 10)}%`;
  return (
    <Panel title={title}>
      {shown.length === 0 ? (
        <Empty title="There are no customers yet" />
      ) : (
        <Chart
          label={`${title}: share of this segment's customers in each step, beside everyone`}
          x={shown.map(say)}
          xName={xName}
          format={format}
          axisFormat={(value) => `${formatCompact(value)}%`}
          note="Bars: this segment. Dashed: everyone."
          series={[
            {
              name: "This segment",
              colour: "accent",
              look: "bars",
              values: shown.map(({ segment }) => percent(segment, of.segment)),
            },
            {
              name: "Everyone",
              colour: "muted",
              look: "dashed",
              values: shown.map(({ everyone }) => percent(everyone, of.everyone)),
            },
          ]}
        />
      )}
    </Panel>
  );
}

function Products({ figures: { topProducts, currency } }: { readonly figures: SegmentAnalytics }) {
  const share = (value: number | null) => (value === null ? "–" : formatShare(value, 1));
  return (
    <Panel flush title="What they buy" note="The ten products with the most revenue in this segment.">
      {topProducts.length === 0 ? (
        <Empty title="They have bought no product" />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        // biome-ignore lint/a11y/useSemanticElements: as the other tables
        <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="What they buy">
          <table className="w-full text-table">
            <thead>
              <tr className="border-y border-line bg-sunken text-left text-xs text-muted">
                <th scope="col" className="px-4 py-2 font-semibold">
                  Product
                </th>
                <th scope="col" className="px-3 py-2 text-right font-semibold">
                  Revenue
                </th>
                <th scope="col" className="px-3 py-2 text-right font-semibold">
                  Of their spend
                </th>
                <th scope="col" className="px-4 py-2 text-right font-semibold">
                  Of everyone's
                </th>
              </tr>
            </thead>
            <tbody>
              {topProducts.map(({ sku, name, segment, everyone }) => (
                <tr key={sku} className="border-b border-line last:border-b-0">
                  <td className="px-4 py-1.5">
                    <span className="font-semibold">{sku}</span> <span className="text-muted">{name}</span>
                  </td>
                  <td className="px-3 py-1.5 text-right">{formatMoney(segment.revenue, currency)}</td>
                  <td className="px-3 py-1.5 text-right">{share(segment.share)}</td>
                  <td className="px-4 py-1.5 text-right">{share(everyone.share)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function Overlap({ overlap, name }: { readonly overlap: NonNullable<SegmentAnalytics["overlap"]>; readonly name: string }) {
  const rows = [
    ["In both", overlap.both],
    [`Only in “${name}”`, overlap.segment - overlap.both],
    [`Only in “${overlap.with.name}”`, overlap.other - overlap.both],
  ] as const;
  const all = rows.reduce((sum, [, count]) => sum + count, 0);
  return (
    <dl className="mt-3 flex flex-col gap-2">
      {rows.map(([label, count]) => (
        <div key={label}>
          <dt className="text-xs text-muted">{label}</dt>
          <dd className="flex items-center gap-2 text-table font-semibold tabular-nums">
            <span className="w-28 shrink-0">
              {formatNumber(count)} ({formatShare(count, all)})
            </span>
            <span aria-hidden className="h-2 flex-1 rounded-full bg-sunken">
              <span className="block h-2 rounded-full bg-accent" style={{ width: `${all === 0 ? 0 : (100 * count) / all}%` }} />
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

"use client";

import type { Dashboard } from "@crm-engine/core/schemas";
import Link from "next/link";
import { useMemo } from "react";
import { formatCompact, formatDay, formatMoney, formatNumber } from "@/api/format";
import { Chart } from "@/charts/chart";
import type { Series } from "@/charts/plot";
import { Change } from "@/features/dashboard/change";
import { Figure, Panel } from "@/ui/panel";

/** Customers, orders and revenue by day, beside as many days before. */
export function OrderPanel({ dashboard, className }: { readonly dashboard: Dashboard; readonly className?: string }) {
  const { orders, customers, currency } = dashboard;
  const { totals, days, before } = orders;
  const money = (value: number | string) => formatMoney(value, currency);
  const x = useMemo(() => days.map(({ from }) => formatDay(from)), [days]);
  const series = useMemo<readonly Series[]>(
    () => [
      { name: "Revenue", colour: "accent", values: days.map(({ revenue }) => Number(revenue)) },
      { name: "Before", colour: "line-strong", look: "dashed", values: before.days.map(({ revenue }) => Number(revenue)) },
    ],
    [days, before.days],
  );
  const people = useMemo<readonly Series[]>(
    () => [
      { name: "Orders", colour: "accent", look: "bars", values: days.map(({ purchases }) => purchases) },
      { name: "New customers", colour: "state-sent", values: days.map(({ newCustomers }) => newCustomers) },
    ],
    [days],
  );
  const list = `/orders?from=${totals.from}&to=${totals.to}`;
  return (
    <Panel
      title="Orders"
      note={`Last ${days.length} days beside the ${days.length} days before`}
      actions={
        <Link href="/orders?tab=analytics" className="text-sm text-accent underline">
          Analytics
        </Link>
      }
      {...(className === undefined ? {} : { className })}
    >
      <div className="mb-4 grid grid-cols-2 gap-4 sm:grid-cols-4">
        <Figure
          label="Revenue"
          value={<Link href={list}>{formatMoney(totals.revenue, currency, { whole: true })}</Link>}
          note={<Change now={Number(totals.revenue)} before={Number(before.totals.revenue)} />}
        />
        <Figure
          label="Orders"
          value={<Link href={`${list}&type=purchase`}>{formatNumber(totals.purchases)}</Link>}
          note={<Change now={totals.purchases} before={before.totals.purchases} />}
        />
        <Figure
          label="Buyers"
          value={formatNumber(totals.customers)}
          note={`${formatNumber(totals.newCustomers)} new, ${formatNumber(totals.returningCustomers)} returning`}
        />
        <Figure label="Customers" value={<Link href="/customers">{formatNumber(customers.count)}</Link>} note="in all" />
      </div>
      <Chart
        label={`Revenue by day, ${money(totals.revenue)} in all, beside the days before, ${money(before.totals.revenue)}`}
        x={x}
        series={series}
        format={money}
        axisFormat={(value) => formatMoney(value, currency, { compact: true })}
        note="Revenue by day, today so far; dashed: the days before."
      />
      <div className="mt-3">
        <Chart
          height={120}
          label={`Orders by day, ${formatNumber(totals.purchases)} in all, and new customers, ${formatNumber(totals.newCustomers)}`}
          x={x}
          series={people}
          format={formatNumber}
          axisFormat={formatCompact}
          note="Orders by day as bars; new customers as a line."
        />
      </div>
    </Panel>
  );
}

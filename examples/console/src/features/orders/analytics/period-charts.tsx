"use client";

import { useMemo, useState } from "react";
import { formatCompact, formatMoney, formatNumber, formatShare } from "@/api/format";
import { Chart } from "@/charts/chart";
import { Field, Select } from "@/ui/field";
import { Panel } from "@/ui/panel";
import type { OrderAnalytics, Period } from "./order-analytics";
import type { Unit } from "./ranges";

interface Measure {
  readonly id: string;
  readonly label: string;
  of(period: Period): number | null;
  format(value: number, currency: string): string;
  axis(value: number, currency: string): string;
}

const count = {
  format: (value: number) => formatNumber(Math.round(value * 100) / 100),
  axis: (value: number) => formatCompact(value),
};
const money = {
  format: (value: number, currency: string) => formatMoney(value, currency),
  axis: (value: number, currency: string) => formatMoney(value, currency, { compact: true }),
};
const MEASURES: readonly Measure[] = [
  { id: "revenue", label: "Revenue", of: ({ revenue }) => Number(revenue), ...money },
  { id: "orders", label: "Orders", of: ({ orders }) => orders, ...count },
  {
    id: "basket",
    label: "Average basket",
    of: ({ averageBasket }) => (averageBasket === null ? null : Number(averageBasket)),
    ...money,
  },
  { id: "customers", label: "Customers who bought", of: ({ customers }) => customers, ...count },
  {
    id: "repeat",
    label: "Bought more than once",
    of: ({ repeatCustomers, customers }) => (customers === 0 ? null : repeatCustomers / customers),
    format: (value) => formatShare(value, 1),
    axis: (value) => formatShare(value, 1),
  },
];

/** One measure by day, week or month, beside the days before. */
export function MeasureChart({ data }: { readonly data: OrderAnalytics }) {
  const [id, setId] = useState("revenue");
  const measure = MEASURES.find((one) => one.id === id) ?? MEASURES[0];
  const { currency, by, periods, before } = data;
  const plot = useMemo(() => {
    if (measure === undefined) return undefined;
    return {
      x: periods.map((period) => stepName(period, by)),
      series: [
        { name: "These days", values: periods.map(measure.of), colour: "accent" },
        {
          name: "Days before",
          values: periods.map((_, at) => (before.periods[at] === undefined ? null : measure.of(before.periods[at]))),
          colour: "muted",
          look: "dashed" as const,
        },
      ],
    };
  }, [periods, before, by, measure]);
  if (measure === undefined || plot === undefined) return null;
  return (
    <Panel
      title={`${measure.label} by ${by}`}
      actions={
        <Field label="Measure" hiddenLabel>
          {(control) => (
            <Select {...control} value={id} onChange={({ target }) => setId(target.value)}>
              {MEASURES.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.label}
                </option>
              ))}
            </Select>
          )}
        </Field>
      }
    >
      <Chart
        {...plot}
        label={`${measure.label} by ${by}, beside as many days before`}
        xName={NAMES[by]}
        height={220}
        format={(value) => measure.format(value, currency)}
        axisFormat={(value) => measure.axis(value, currency)}
        note="Dashed: as many days before."
      />
    </Panel>
  );
}

/** Who bought: for the first time, or again. */
export function CustomersChart({ data: { periods, by } }: { readonly data: OrderAnalytics }) {
  const plot = useMemo(
    () => ({
      x: periods.map((period) => stepName(period, by)),
      series: [
        { name: "New", values: periods.map(({ newCustomers }) => newCustomers), colour: "accent" },
        {
          name: "Returning",
          values: periods.map(({ returningCustomers }) => returningCustomers),
          colour: "info",
          look: "dashed" as const,
        },
      ],
    }),
    [periods, by],
  );
  return (
    <Panel title="New and returning customers">
      <Chart
        {...plot}
        label={`New and returning customers by ${by}`}
        xName={NAMES[by]}
        height={220}
        format={count.format}
        axisFormat={count.axis}
        note="Solid: bought for the first time. Dashed: had bought before."
      />
    </Panel>
  );
}

const NAMES: Readonly<Record<Unit, string>> = { day: "Day", week: "Week from", month: "Month" };

export function stepName({ from }: Pick<Period, "from">, by: Unit): string {
  return new Date(`${from}T00:00:00Z`).toLocaleDateString("en-GB", {
    timeZone: "UTC",
    ...(by === "month" ? { month: "short", year: "numeric" } : { day: "numeric", month: "short" }),
  });
}

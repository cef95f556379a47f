"use client";

import { useState } from "react";
import { formatMoney, formatNumber, formatShare } from "@/api/format";
import { Field, Select } from "@/ui/field";
import { Panel } from "@/ui/panel";
import { ScrollRegion } from "@/ui/scroll/scroll-region";
import { addMonths } from "../days";
import type { OrderAnalytics } from "./order-analytics";
import { stepName } from "./period-charts";

type Shown = "share" | "customers" | "purchased";
/** The ground at its strongest still lets the number be read. */
const MAX_HEAT = 38;
/** Of the first purchase, and twelve since. */
const MONTHS_SHOWN = 13;

/** Who first bought in a month, and how many of them did in each month since. */
export function CohortTable({ data: { cohorts, currency } }: { readonly data: OrderAnalytics }) {
  const [shown, setShown] = useState<Shown>("share");
  const last = cohorts
    .flatMap(({ months }) => months.map(({ month }) => month))
    .sort()
    .at(-1);
  const columns = Math.min(
    MONTHS_SHOWN,
    Math.max(0, ...cohorts.map(({ month }) => (last === undefined ? 0 : monthsBetween(month, last) + 1))),
  );
  const most = Math.max(1, ...cohorts.flatMap(({ months }) => months.map(({ purchased }) => Number(purchased))));
  return (
    <Panel
      flush
      title="Cohorts by month of the first purchase"
      note="Month 0 is that of the first purchase; the next twelve say how many of the same people bought then"
      actions={
        <Field label="Show in each month" hiddenLabel>
          {(control) => (
            <Select {...control} value={shown} onChange={({ target }) => setShown(target.value as Shown)}>
              <option value="share">Share who bought</option>
              <option value="customers">People who bought</option>
              <option value="purchased">What they bought for</option>
            </Select>
          )}
        </Field>
      }
    >
      {cohorts.length === 0 ? (
        <p className="px-4 pb-4 text-sm text-muted">Nobody bought for the first time in the months of these days.</p>
      ) : (
        <ScrollRegion label="Cohorts by month of the first purchase">
          <table className="w-full text-xs">
            <thead>
              <tr className="border-y border-line bg-sunken text-muted">
                <th scope="col" className="sticky left-0 bg-sunken py-2 pr-3 pl-4 text-left font-semibold whitespace-nowrap">
                  First purchase
                </th>
                <th scope="col" className="px-3 py-2 text-right font-semibold">
                  People
                </th>
                {Array.from({ length: columns }, (_, month) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a month is its number
                  <th key={month} scope="col" className="px-2 py-2 text-right font-semibold">
                    <span className="sr-only">Month </span>
                    {month}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {cohorts.map(({ month, customers, months }) => {
                const of = new Map(months.map((one) => [one.month, one]));
                return (
                  <tr key={month} className="border-b border-line last:border-b-0">
                    <th scope="row" className="sticky left-0 bg-surface py-1.5 pr-3 pl-4 text-left font-medium whitespace-nowrap">
                      {stepName({ from: month }, "month")}
                    </th>
                    <td className="px-3 py-1.5 text-right font-semibold">{formatNumber(customers)}</td>
                    {Array.from({ length: columns }, (_, step) => {
                      const at = addMonths(month, step);
                      if (last === undefined || at > last) return <td key={at} />;
                      const { customers: people, purchased } = of.get(at) ?? { customers: 0, purchased: 0 };
                      const share = shown === "purchased" ? Number(purchased) / most : customers === 0 ? 0 : people / customers;
                      return (
                        <td
                          key={at}
                          className="px-2 py-1.5 text-right whitespace-nowrap"
                          style={{
                            background: `color-mix(in srgb, var(--accent) ${Math.round(share * MAX_HEAT)}%, var(--surface))`,
                          }}
                        >
                          {shown === "share"
                            ? formatShare(people, customers)
                            : shown === "customers"
                              ? formatNumber(people)
                              : formatMoney(purchased, currency, { compact: true })}
                        </td>
                      );
                    })}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </Panel>
  );
}

function monthsBetween(from: string, to: string): number {
  const months = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));
  return months(to) - months(from);
}

import { formatDay, formatMoney, formatNumber, formatShare } from "@/api/format";
import { Figure, Panel } from "@/ui/panel";
import { addDays } from "../days";
import type { OrderAnalytics, Period } from "./order-analytics";

/** The days' figures, each beside what it was before. */
export function Summary({ data: { totals, before, currency } }: { readonly data: OrderAnalytics }) {
  const earlier = before.totals;
  const money = (value: number | string | null) => (value === null ? "none" : formatMoney(value, currency));
  const figures: readonly (readonly [string, string, string, string?])[] = [
    ["Revenue", money(totals.revenue), money(earlier.revenue), change(totals.revenue, earlier.revenue)],
    ["Orders", formatNumber(totals.orders), formatNumber(earlier.orders), change(totals.orders, earlier.orders)],
    [
      "Average basket",
      money(totals.averageBasket),
      money(earlier.averageBasket),
      change(totals.averageBasket, earlier.averageBasket),
    ],
    [
      "New customers",
      formatNumber(totals.newCustomers),
      formatNumber(earlier.newCustomers),
      change(totals.newCustomers, earlier.newCustomers),
    ],
    [
      "Returning customers",
      formatNumber(totals.returningCustomers),
      formatNumber(earlier.returningCustomers),
      change(totals.returningCustomers, earlier.returningCustomers),
    ],
    ["Repeat rate", repeatRate(totals), repeatRate(earlier)],
  ];
  return (
    <Panel title="In these days" note={`${daysOf(totals)}, beside ${daysOf(earlier)}`}>
      <div className="grid grid-cols-2 gap-4 md:grid-cols-3">
        {figures.map(([label, value, was, by]) => (
          <Figure
            key={label}
            label={label}
            value={<span className="block text-page leading-8 max-sm:text-panel">{value}</span>}
            note={`${was} before${by === undefined ? "" : ` (${by})`}`}
          />
        ))}
      </div>
    </Panel>
  );
}

export function daysOf({ from, to }: Pick<Period, "from" | "to">): string {
  const last = addDays(to, -1);
  return from === last ? formatDay(from) : `${formatDay(from)} – ${formatDay(last)}`;
}

function repeatRate({ repeatCustomers, customers }: Period): string {
  return customers === 0 ? "none" : formatShare(repeatCustomers, customers);
}

function change(now: number | string | null, was: number | string | null): string | undefined {
  const [to, from] = [Number(now), Number(was)];
  if (was === null || now === null || from <= 0) return undefined;
  const share = (to - from) / from;
  return new Intl.NumberFormat("en-GB", {
    style: "percent",
    maximumFractionDigits: Math.abs(share) < 0.1 ? 1 : 0,
    signDisplay: "exceptZero",
  }).format(share);
}

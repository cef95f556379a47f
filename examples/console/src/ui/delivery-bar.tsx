import { formatNumber, formatShare } from "@/api/format";

/** The eight states, always in this order. */
export const DELIVERY_STATES = ["pending", "claimed", "sent", "delivered", "bounced", "failed", "skipped", "unknown"] as const;

export type DeliveryCounts = { readonly [S in (typeof DELIVERY_STATES)[number]]: number } & { readonly total: number };

/** One bar of the eight states, which add up; with `words`, each with its number. */
export function DeliveryBar({ counts, words = false }: { readonly counts: DeliveryCounts; readonly words?: boolean }) {
  const shown = DELIVERY_STATES.filter((state) => counts[state] > 0);
  const said = shown.map((state) => `${formatNumber(counts[state])} ${state}`).join(", ");
  return (
    <div>
      <div
        role="img"
        aria-label={`Of ${formatNumber(counts.total)}: ${said === "" ? "nobody yet" : said}`}
        className="flex h-2.5 w-full gap-px overflow-hidden rounded-full bg-sunken"
      >
        {shown.map((state) => (
          <div key={state} style={{ flexGrow: counts[state], background: `var(--state-${state})`, minWidth: 2 }} />
        ))}
      </div>
      {words && (
        <dl className="mt-3 grid grid-cols-[repeat(auto-fill,minmax(6.5rem,1fr))] gap-x-4 gap-y-2">
          {DELIVERY_STATES.map((state) => (
            <div key={state}>
              <dt className="flex items-center gap-1.5 text-xs text-muted">
                <span aria-hidden className="size-2 rounded-sm" style={{ background: `var(--state-${state})` }} />
                {state}
              </dt>
              <dd className="text-panel font-semibold tabular-nums">
                {formatNumber(counts[state])}{" "}
                <span className="text-xs font-normal text-muted">{formatShare(counts[state], counts.total)}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

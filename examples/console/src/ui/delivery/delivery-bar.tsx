import { formatNumber, formatShare } from "@/api/format";
import { DELIVERY_STATES, DELIVERY_WORDS, type DeliveryState } from "./delivery-state";

export type DeliveryCounts = { readonly [S in DeliveryState]: number } & { readonly total: number };

/** One bar of the eight states, which add up; with `words`, each with its number. */
export function DeliveryBar({ counts, words = false }: { readonly counts: DeliveryCounts; readonly words?: boolean }) {
  const shown = DELIVERY_STATES.filter((state) => counts[state] > 0);
  const said = shown.map((state) => `${formatNumber(counts[state])} ${DELIVERY_WORDS[state].word}`).join(", ");
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
        <>
          <dl className="mt-3 grid grid-cols-[repeat(auto-fill,minmax(6.5rem,1fr))] gap-x-4 gap-y-2">
            {DELIVERY_STATES.map((state) => (
              <div key={state} title={DELIVERY_WORDS[state].meaning}>
                <dt className="flex items-center gap-1.5 text-xs text-muted">
                  <span aria-hidden className="size-2 rounded-sm" style={{ background: `var(--state-${state})` }} />
                  {DELIVERY_WORDS[state].word}
                </dt>
                <dd className="text-panel font-semibold tabular-nums">
                  {formatNumber(counts[state])}{" "}
                  <span className="text-xs font-normal text-muted">{formatShare(counts[state], counts.total)}</span>
                </dd>
              </div>
            ))}
          </dl>
          <details className="mt-2 text-xs text-muted">
            <summary>What these words mean</summary>
            <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5">
              {DELIVERY_STATES.map((state) => (
                <div key={state} className="contents">
                  <dt className="font-semibold">{DELIVERY_WORDS[state].word}</dt>
                  <dd>{DELIVERY_WORDS[state].meaning}</dd>
                </div>
              ))}
            </dl>
          </details>
        </>
      )}
    </div>
  );
}

import { formatNumber } from "@/api/format";
import { REACH_LOSSES } from "@/api/reach-losses";
import { Ago } from "@/ui/time";
import type { AudienceEstimate } from "./use-audience-estimate";

/** From everyone whom the segments match to those who will be sent to; it adds up. */
export function Waterfall({ estimate, counting }: { readonly estimate: AudienceEstimate; readonly counting: boolean }) {
  const { count, exact, marginOfError, reachable, asOf } = estimate;
  if (reachable === undefined) return null;
  const width = (part: number) => `${count === 0 ? 0 : Math.max(part > 0 ? 1 : 0, (part / count) * 100)}%`;
  return (
    <div aria-busy={counting} className={counting ? "opacity-60" : ""}>
      <dl className="text-table" aria-label="From matched to sent">
        <Step name="matched" value={formatNumber(count)} width={width(count)} colour="line-strong" />
        {REACH_LOSSES.map(([key, name]) => {
          const taken = reachable[key];
          return (
            <Step
              key={key}
              name={name}
              value={taken === null ? "not counted" : taken === 0 ? "0" : `−${formatNumber(taken)}`}
              width={width(taken ?? 0)}
              colour="state-bounced"
              quiet={taken === 0}
            />
          );
        })}
        <Step
          name="will be sent to"
          value={formatNumber(reachable.willBeSent)}
          width={width(reachable.willBeSent)}
          colour="accent"
          strong
        />
      </dl>
      <p className="mt-2 text-xs text-muted">
        {exact
          ? "Counted"
          : `An estimate from a sample${marginOfError === undefined ? "" : `, right within ${formatNumber(marginOfError)}`}; made`}{" "}
        <Ago at={asOf} />. Each person once, by the first reason that holds.
      </p>
    </div>
  );
}

interface StepProps {
  readonly name: string;
  readonly value: string;
  readonly width: string;
  readonly colour: string;
  readonly quiet?: boolean;
  readonly strong?: boolean;
}

function Step({ name, value, width, colour, quiet = false, strong = false }: StepProps) {
  return (
    <div
      className={`grid grid-cols-[7.5rem_1fr_auto] items-center gap-3 border-b border-line py-1 last:border-b-0 ${quiet ? "text-muted" : ""} ${strong ? "font-semibold" : ""}`}
    >
      <dt>{name}</dt>
      <dd className="contents">
        <span aria-hidden className="h-1.5 rounded-full bg-sunken">
          <span className="block h-full rounded-full" style={{ width, background: `var(--${colour})` }} />
        </span>
        <span className={`text-right tabular-nums ${strong ? "text-panel" : ""}`}>{value}</span>
      </dd>
    </div>
  );
}

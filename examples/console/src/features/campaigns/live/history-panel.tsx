import type { Campaign } from "@crm-engine/core";
import { CampaignStatusBadge } from "@/ui/badge";
import { Panel } from "@/ui/panel";
import { Time } from "@/ui/time";

const BY = { user: "a user", engine: "the engine", clock: "the clock" } as const;
const SHOWN = 50;

/** Every state that it was in: since when, by whom, and why. */
export function HistoryPanel({ campaign: { history, createdAt } }: { readonly campaign: Campaign }) {
  const latest = [...history].reverse().slice(0, SHOWN);
  return (
    <Panel title="History">
      <ol className="flex flex-col text-table" aria-label="History of states, latest first">
        {latest.map(({ at, to, by, why }) => (
          <li key={`${at} ${to}`} className="grid gap-x-3 gap-y-0.5 border-b border-line py-2 sm:grid-cols-[9rem_6.5rem_1fr]">
            <span className="text-muted">
              <Time at={at} />
            </span>
            <span>
              <CampaignStatusBadge status={to} />
            </span>
            <span className="break-words">
              {why} {!why.includes(BY[by]) && <span className="text-muted">({BY[by]})</span>}
            </span>
          </li>
        ))}
        <li className="grid gap-x-3 gap-y-0.5 py-2 sm:grid-cols-[9rem_6.5rem_1fr]">
          <span className="text-muted">
            <Time at={createdAt} />
          </span>
          <span>
            <CampaignStatusBadge status="draft" />
          </span>
          <span>drafted</span>
        </li>
      </ol>
    </Panel>
  );
}

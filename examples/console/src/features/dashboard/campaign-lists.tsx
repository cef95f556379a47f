import type { Dashboard } from "@crm-engine/core/schemas";
import Link from "next/link";
import { formatNumber, plural } from "@/api/format";
import { plainWords } from "@/api/plain-words";
import { CampaignStatusBadge } from "@/ui/badge";
import { LinkButton } from "@/ui/button";
import { DeliveryBar } from "@/ui/delivery/delivery-bar";
import { Panel } from "@/ui/panel";
import { Ago } from "@/ui/time";

type Campaigns = Dashboard["campaigns"];
type CampaignLine = Campaigns["running"][number];

/** Running now, next, and last. */
export function CampaignLists({ campaigns }: { readonly campaigns: Campaigns }) {
  const { running, scheduled, recent, active } = campaigns;
  return (
    <Panel
      title="Campaigns"
      note={active === 0 ? "None is running" : `${formatNumber(active)} under way`}
      actions={
        <LinkButton small href="/campaigns?new=1">
          New campaign
        </LinkButton>
      }
    >
      <div className="flex flex-col gap-4">
        <Lines title="Running now" lines={running} />
        <Lines title="Next" lines={scheduled} />
        <Lines title="Last" lines={recent} />
        {running.length + scheduled.length + recent.length === 0 && (
          <p className="text-sm text-muted">There is no campaign yet. Save an audience as a segment, then write to it.</p>
        )}
      </div>
    </Panel>
  );
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly CampaignLine[] }) {
  if (lines.length === 0) return null;
  return (
    <div>
      <h3 className="mb-1.5 text-xs font-semibold text-muted">{title}</h3>
      <ul className="flex flex-col gap-3">
        {lines.map((line) => (
          <li key={line.id}>
            <div className="flex items-center justify-between gap-2">
              <Link
                href={`/campaign?id=${encodeURIComponent(line.id)}`}
                className="truncate text-sm font-medium underline decoration-line-strong underline-offset-2"
              >
                {line.name}
              </Link>
              <CampaignStatusBadge status={line.status} />
            </div>
            {line.counts !== undefined && line.counts.total > 0 && (
              <div className="mt-1.5">
                <DeliveryBar counts={line.counts} />
              </div>
            )}
            <p className="mt-1 text-xs break-words text-muted">
              {line.waitsFor?.[0] !== undefined ? (
                <>Waits: {plainWords(line.waitsFor[0].why)}</>
              ) : line.scheduledAt !== undefined ? (
                <>
                  Starts <Ago at={line.scheduledAt} />
                </>
              ) : (
                <>
                  {line.counts !== undefined && `${peopleOf(line.counts)} · `}
                  changed <Ago at={line.updatedAt} />
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Those who are written to; whoever is skipped is not one of them. */
function peopleOf({ total, skipped }: NonNullable<CampaignLine["counts"]>): string {
  return `${plural(total - skipped, "person", "people")}${skipped === 0 ? "" : `, ${formatNumber(skipped)} skipped`}`;
}

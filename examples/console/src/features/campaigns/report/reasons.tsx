import Link from "next/link";
import { formatNumber, formatShare } from "@/api/format";
import { Panel } from "@/ui/panel";
import { inWords } from "../in-words";
import { logHref } from "../live/failures-panel";
import type { CampaignReport } from "./campaign-report";

/** Why some were skipped, and why others failed. */
export function Reasons({ id, report }: { readonly id: string; readonly report: CampaignReport }) {
  const { skippedBy, failedBy } = report;
  const groups = [
    { status: "skipped", reasons: skippedBy },
    { status: "failed", reasons: failedBy },
  ].filter(({ reasons }) => reasons.length > 0);
  if (groups.length === 0) return null;
  return (
    <Panel title="Skipped and failed, by reason">
      {groups.map(({ status, reasons }) => {
        const total = reasons.reduce((sum, { count }) => sum + count, 0);
        return (
          <section key={status} className="mb-3 last:mb-0" aria-label={status}>
            <h3 className="text-xs font-semibold text-muted">{status}</h3>
            <ul>
              {reasons.slice(0, 20).map(({ reason, count }) => (
                <li key={reason} className="flex justify-between gap-4 border-b border-line py-1 text-table last:border-b-0">
                  <Link
                    href={logHref(id, { status, reason })}
                    className="min-w-0 break-words underline decoration-line-strong underline-offset-2"
                  >
                    {inWords(reason)}
                  </Link>
                  <span className="whitespace-nowrap tabular-nums">
                    <span className="font-semibold">{formatNumber(count)}</span>{" "}
                    <span className="text-muted">{formatShare(count, total)}</span>
                  </span>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </Panel>
  );
}

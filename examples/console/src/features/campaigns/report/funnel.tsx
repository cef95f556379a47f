import Link from "next/link";
import { formatNumber, formatShare } from "@/api/format";
import { CopyAsCurl } from "@/ui/copy-button";
import { deliveryWord } from "@/ui/delivery/delivery-state";
import { Panel } from "@/ui/panel";
import { Ago } from "@/ui/time";
import { logHref } from "../live/failures-panel";
import type { CampaignReport } from "./campaign-report";

type Stage = CampaignReport["funnel"][number]["stage"];

const NOTES: Readonly<Partial<Record<Stage, string>>> = {
  waiting: "not begun, or under way",
  sent: "taken by the sending service",
  delivered: "where the service confirms it",
  unknown: "nobody knows whether they were sent",
};
/** A stage that is one state of the log. */
const IN_LOG: ReadonlySet<Stage> = new Set(["skipped", "failed", "unknown", "bounced"]);

/** Each stage beside what it is a part of, so that no share is over all of it. */
export function Funnel({ id, report }: { readonly id: string; readonly report: CampaignReport }) {
  return (
    <Panel
      title="What became of the messages"
      note={
        <>
          Counted <Ago at={report.asOf} />
        </>
      }
      actions={<CopyAsCurl method="GET" path={`/api/campaigns/${id}/report`} />}
    >
      <table className="w-full text-table">
        <caption className="sr-only">Funnel</caption>
        <thead>
          <tr className="text-left text-xs text-muted">
            <th scope="col" className="py-1 pr-2 font-semibold">
              Stage
            </th>
            <th scope="col" className="py-1 pr-2 text-right font-semibold">
              People
            </th>
            <th scope="col" className="py-1 text-right font-semibold">
              Share
            </th>
          </tr>
        </thead>
        <tbody>
          {report.funnel.map(({ stage, count, of, base, rate }) => (
            <tr key={stage} className="border-t border-line align-top">
              <th scope="row" className="py-1.5 pr-2 text-left font-medium">
                {IN_LOG.has(stage) && count > 0 ? (
                  <Link href={logHref(id, { status: stage })} className="underline decoration-line-strong underline-offset-2">
                    {deliveryWord(stage)}
                  </Link>
                ) : (
                  deliveryWord(stage)
                )}
                {NOTES[stage] !== undefined && <span className="block text-xs font-normal text-muted">{NOTES[stage]}</span>}
              </th>
              <td className="py-1.5 pr-2 text-right font-semibold">{formatNumber(count)}</td>
              <td className="py-1.5 text-right whitespace-nowrap">
                {of !== undefined && base !== undefined && (
                  <>
                    <span className="font-medium">{rate === null ? "–" : formatShare(count, base)}</span>{" "}
                    <span className="text-xs text-muted">
                      of {formatNumber(base)} {of}
                    </span>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

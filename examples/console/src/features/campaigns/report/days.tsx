import { formatDay, formatNumber } from "@/api/format";
import { Panel } from "@/ui/panel";
import { ScrollRegion } from "@/ui/scroll/scroll-region";
import type { CampaignReport } from "./campaign-report";

const SEEN = ["sent", "delivered", "bounced", "failed", "opened", "clicked", "complained", "unsubscribed"] as const;
const SHOWN = 120;

/** What was first seen of messages on each day. */
export function Days({ days, timeZone }: { readonly days: CampaignReport["days"]; readonly timeZone: string }) {
  if (days.length === 0) return null;
  return (
    <Panel flush title="By day" note={`Days of ${timeZone}; what was first seen on each.`}>
      <ScrollRegion label="By day" className="max-h-120">
        <table className="w-full text-table">
          <thead>
            <tr className="border-b border-line bg-sunken text-xs text-muted">
              <th scope="col" className="px-4 py-2 text-left font-semibold">
                Day
              </th>
              {SEEN.map((event) => (
                <th key={event} scope="col" className="px-3 py-2 text-right font-semibold last:pr-4">
                  {event}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.slice(-SHOWN).map((day) => (
              <tr key={day.day} className="border-b border-line last:border-b-0">
                <th scope="row" className="px-4 py-1.5 text-left font-medium whitespace-nowrap">
                  {formatDay(day.day)}
                </th>
                {SEEN.map((event) => (
                  <td key={event} className={`px-3 py-1.5 text-right last:pr-4 ${day[event] === 0 ? "text-muted" : ""}`}>
                    {formatNumber(day[event])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}

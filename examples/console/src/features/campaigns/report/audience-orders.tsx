import { formatMoney, formatNumber, plural } from "@/api/format";
import { Select } from "@/ui/field";
import { Panel } from "@/ui/panel";
import { ScrollRegion } from "@/ui/scroll/scroll-region";
import { Ago, Time } from "@/ui/time";
import type { CampaignReport } from "./campaign-report";

type Window = NonNullable<CampaignReport["audienceOrders"]>["after"];

interface AudienceOrdersProps {
  readonly report: CampaignReport;
  readonly windows: readonly number[];
  readonly windowDays: number;
  onWindow(days: number): void;
}

/** A count, and no more than that: nobody says that the message is why. */
export function AudienceOrders({ report: { audienceOrders, currency }, windows, windowDays, onWindow }: AudienceOrdersProps) {
  if (audienceOrders === undefined) return null;
  const { after, before, asOf } = audienceOrders;
  const money = (amount: number | string) => formatMoney(amount, currency);
  const rows: readonly (readonly [string, (window: Window) => string])[] = [
    ["Customers who purchased", ({ customers }) => formatNumber(customers)],
    ["Purchases", ({ purchases }) => formatNumber(purchases)],
    ["Purchased", ({ purchased }) => money(purchased)],
    ["Refunds", ({ refunds, refunded }) => (refunds === 0 ? "0" : `${formatNumber(refunds)} (${money(refunded)})`)],
    ["Revenue", ({ revenue }) => money(revenue)],
  ];
  return (
    <Panel
      title="Orders of those who were sent to"
      note={
        <>
          A count: that they came after the message does not say that they came by it. Counted <Ago at={asOf} />
        </>
      }
      actions={
        <Select
          aria-label="Days counted"
          className="!w-auto"
          value={windowDays}
          onChange={(event) => onWindow(Number(event.target.value))}
        >
          {windows.map((days) => (
            <option key={days} value={days}>
              {plural(days, "day")}
            </option>
          ))}
        </Select>
      }
    >
      <ScrollRegion label="Orders of those who were sent to">
        <table className="w-full text-table">
          <caption className="sr-only">Orders of the audience, after the start beside before it</caption>
          <thead>
            <tr className="text-left text-xs text-muted">
              <td />
              <WindowHead name={`${plural(windowDays, "day")} from the start on`} window={after} />
              <WindowHead name={`${plural(windowDays, "day")} before`} window={before} />
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, tell]) => (
              <tr key={name} className="border-t border-line">
                <th scope="row" className="py-1.5 pr-3 text-left font-medium">
                  {name}
                </th>
                <td className="py-1.5 pl-3 text-right font-semibold">{tell(after)}</td>
                <td className="py-1.5 pl-3 text-right">{tell(before)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}

function WindowHead({ name, window: { from, to, complete } }: { readonly name: string; readonly window: Window }) {
  return (
    <th scope="col" className="py-1 pl-3 text-right align-top font-semibold">
      {name}
      <span className="block font-normal">
        <Time at={from} /> – <Time at={to} />
      </span>
      {!complete && (
        <span className="block font-normal text-warn">
          so far: these days end <Ago at={to} />
        </span>
      )}
    </th>
  );
}

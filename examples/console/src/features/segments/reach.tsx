"use client";

import type { Channel, Estimate } from "@crm-engine/core";
import { formatNumber, formatShare } from "@/api/format";
import { Select } from "@/ui/field";

interface ReachProps {
  readonly estimate: Estimate;
  readonly channel: Channel;
  onChannel(channel: Channel): void;
}

const LOST: readonly (readonly [key: keyof NonNullable<Estimate["reachable"]>, label: string])[] = [
  ["unsubscribed", "unsubscribed"],
  ["notSubscribed", "not subscribed"],
  ["suppressed", "suppressed"],
  ["noAddress", "no address"],
  ["sharedAddress", "shared address"],
];

/** From everyone who matches to everyone who will be sent to, and why the others won't. */
export function Reach({ estimate, channel, onChannel }: ReachProps) {
  const { count, reachable } = estimate;
  let left = count;
  return (
    <div>
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <span id="reach-label" className="text-xs font-semibold text-muted">
          Reachable by
        </span>
        <Select
          aria-labelledby="reach-label"
          className="!w-auto"
          value={channel}
          onChange={(event) => onChannel(event.target.value as Channel)}
        >
          <option value="email">e-mail</option>
          <option value="sms">SMS</option>
        </Select>
      </div>
      {reachable !== undefined && (
        <table className="mt-2 w-full text-table">
          <caption className="sr-only">From those who match to those who will be sent to</caption>
          <tbody>
            <Step label="match" value={formatNumber(count)} from={0} to={count} of={count} tone="muted" />
            {LOST.map(([key, label]) => {
              const lost = reachable[key];
              if (lost === null)
                return <Step key={key} label={label} value="not counted" from={left} to={left} of={count} tone="lost" />;
              left -= lost;
              return (
                <Step
                  key={key}
                  label={label}
                  value={lost === 0 ? "0" : `− ${formatNumber(lost)}`}
                  from={left}
                  to={left + lost}
                  of={count}
                  tone="lost"
                />
              );
            })}
            <Step
              label="will be sent to"
              strong
              value={`${formatNumber(reachable.willBeSent)} (${formatShare(reachable.willBeSent, count)})`}
              from={0}
              to={reachable.willBeSent}
              of={count}
              tone="good"
            />
          </tbody>
        </table>
      )}
    </div>
  );
}

const TONES = { muted: "bg-line-strong", lost: "bg-warn", good: "bg-good" };

interface StepProps {
  readonly label: string;
  readonly value: string;
  readonly from: number;
  readonly to: number;
  readonly of: number;
  readonly tone: keyof typeof TONES;
  readonly strong?: boolean;
}

function Step({ label, value, from, to, of, tone, strong = false }: StepProps) {
  const share = (part: number) => `${of === 0 ? 0 : (100 * Math.max(0, part)) / of}%`;
  return (
    <tr>
      <th
        scope="row"
        className={`py-0.5 pr-2 text-left font-normal whitespace-nowrap ${strong ? "font-semibold" : "text-muted"}`}
      >
        {label}
      </th>
      <td className="w-2/5 max-sm:hidden">
        <div aria-hidden className="relative h-2 rounded-full bg-sunken">
          <div
            className={`absolute inset-y-0 rounded-full ${TONES[tone]}`}
            style={{ left: share(from), width: share(to - from) }}
          />
        </div>
      </td>
      <td className={`py-0.5 pl-2 text-right whitespace-nowrap ${strong ? "font-semibold" : ""}`}>{value}</td>
    </tr>
  );
}

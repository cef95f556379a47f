"use client";

import type { Channel, Estimate } from "@crm-engine/core";
import { formatNumber, formatShare } from "@/api/format";
import { REACH_LOSSES } from "@/api/reach-losses";
import { Select } from "@/ui/field";

interface ReachProps {
  readonly estimate: Estimate;
  readonly channel: Channel;
  onChannel(channel: Channel): void;
}

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
          className="field-sizing-content !w-auto"
          value={channel}
          onChange={(event) => onChannel(event.target.value as Channel)}
        >
          <option value="email">e-mail</option>
          <option value="sms">SMS</option>
        </Select>
      </div>
      {reachable !== undefined && (
        <ol
          aria-label="From those who match to those who will be sent to"
          className="mt-2 grid grid-cols-3 sm:grid-cols-4 lg:grid-cols-7 gap-x-1 gap-y-3"
        >
          <Step label="match" value={formatNumber(count)} from={0} to={count} of={count} tone="muted" />
          {REACH_LOSSES.map(([key, label]) => {
            const lost = reachable[key];
            if (lost === null)
              return <Step key={key} label={label} value="not counted" from={left} to={left} of={count} tone="lost" />;
            left -= lost;
            const value = lost === 0 ? "0" : `− ${formatNumber(lost)}`;
            return <Step key={key} label={label} value={value} from={left} to={left + lost} of={count} tone="lost" />;
          })}
          <Step
            label="will be sent to"
            value={`${formatNumber(reachable.willBeSent)} (${formatShare(reachable.willBeSent, count)})`}
            from={0}
            to={reachable.willBeSent}
            of={count}
            tone="good"
          />
        </ol>
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
}

/** One step of the fall: the bar stands where the part is in the whole. */
function Step({ label, value, from, to, of, tone }: StepProps) {
  const share = (part: number) => `${of === 0 ? 0 : (100 * Math.max(0, part)) / of}%`;
  return (
    <li>
      <div aria-hidden className="relative h-10 overflow-hidden rounded-sm bg-sunken">
        <div
          className={`absolute inset-x-0 ${TONES[tone]}`}
          style={{ bottom: share(from), height: share(to - from), minHeight: to > from ? 2 : 0 }}
        />
      </div>
      <div className="mt-1 text-xs text-muted">{label}</div>
      <div className="text-table font-semibold tabular-nums">{value}</div>
    </li>
  );
}

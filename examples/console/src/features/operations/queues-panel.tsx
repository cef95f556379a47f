"use client";

import type { QueueDepth } from "@crm-engine/core";
import Link from "next/link";
import { formatDuration, formatNumber } from "@/api/format";
import { CopyAsCurl } from "@/ui/copy-button";
import { Loaded } from "@/ui/data-table";
import { Panel, SkeletonRows } from "@/ui/panel";
import { ScrollRegion } from "@/ui/scroll/scroll-region";
import { Named } from "./named";
import { useChangeOf } from "./use-change-of";
import { useQueues } from "./use-queues";

export function QueuesPanel() {
  const query = useQueues();
  const changes = useChangeOf(query.data, query.dataUpdatedAt);
  return (
    <Named id="queues" ready={query.data !== undefined}>
      <Panel
        flush
        title="Queues"
        note="Messages that wait or are worked on."
        actions={<CopyAsCurl method="GET" path="/api/queues" />}
      >
        <Loaded query={query} skeleton={<SkeletonRows rows={4} />}>
          {(depths) => (
            <ScrollRegion label="Queues">
              <table className="w-full border-collapse text-table">
                <caption className="sr-only">Queues</caption>
                <thead>
                  <tr className="border-y border-line bg-sunken text-left text-xs text-muted">
                    {["Topic", "Waiting", "Change", "Oldest", "Dead letters"].map((head, column) => (
                      <th
                        key={head}
                        scope="col"
                        className={`px-2 py-2 font-semibold first:pl-4 last:pr-4 md:px-3 ${column > 0 ? "text-right" : ""} ${head === "Change" ? "max-md:hidden" : ""}`}
                      >
                        {head}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {depths.map((depth) => (
                    <QueueRow key={depth.topic} depth={depth} change={changes.get(depth.topic)} />
                  ))}
                </tbody>
              </table>
            </ScrollRegion>
          )}
        </Loaded>
      </Panel>
    </Named>
  );
}

function QueueRow({
  depth: { topic, messages, deadLetters, oldestAgeMs },
  change,
}: {
  readonly depth: QueueDepth;
  readonly change: number | undefined;
}) {
  const cell = "px-2 py-2 md:px-3 text-right tabular-nums last:pr-4";
  return (
    <tr className="border-b border-line last:border-b-0">
      <th scope="row" className="px-3 py-2 pl-4 text-left font-medium">
        {topic}
      </th>
      <td className={cell}>{formatNumber(messages)}</td>
      <td className={`${cell} max-md:hidden`}>
        {change === undefined || change === 0 ? "–" : `${change > 0 ? "+" : "−"}${formatNumber(Math.abs(change))}/s`}
      </td>
      <td className={cell}>{oldestAgeMs === undefined ? "–" : formatDuration(oldestAgeMs)}</td>
      <td className={cell}>
        {deadLetters === 0 ? (
          "0"
        ) : (
          <Link href={`/operations?tab=dead-letters&topic=${topic}`} className="font-semibold text-bad underline">
            {formatNumber(deadLetters)}
          </Link>
        )}
      </td>
    </tr>
  );
}

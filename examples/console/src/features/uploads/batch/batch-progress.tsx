"use client";

import type { Batch } from "@crm-engine/core";
import { formatDuration, formatNumber, formatShare, plural } from "@/api/format";
import { ProgressBar } from "@/ui/progress-bar";
import { WaitsFor } from "./batch-state";
import { useRate } from "./use-rate";

/** Rows that have their fate, of those received; how fast, how long it will take, and what it waits for. */
export function BatchProgress({ batch }: { readonly batch: Batch }) {
  const { received, accepted, rejected, status, waitsFor } = batch;
  const done = accepted + rejected;
  const runs = status === "processing";
  const rate = useRate(done, runs);
  const left = received - done;
  // While rows come in, nobody knows how many there will be.
  const open = runs && left === 0;
  const words = [
    open
      ? `${plural(done, "row")} done so far`
      : `${formatNumber(done)} of ${formatNumber(received)} rows done (${formatShare(done, received)})`,
  ];
  if (runs && rate !== undefined && rate > 0) words.push(`${formatNumber(Math.round(rate))} rows a second`);
  if (runs && rate !== undefined && rate > 0 && left > 0) words.push(`about ${formatDuration((left / rate) * 1_000)} left`);
  if (runs && left > 0 && rate === 0) words.push("nothing moved in the last seconds");
  return (
    <div className="flex flex-col gap-2">
      <ProgressBar label="Rows done" done={done} of={open ? undefined : received} text={words[0] ?? ""} />
      <p className="text-sm tabular-nums">{words.join(" · ")}</p>
      {runs && left === 0 && <p className="text-sm text-muted">Rows are still coming in, or are about to be counted.</p>}
      <WaitsFor waitsFor={waitsFor} />
    </div>
  );
}

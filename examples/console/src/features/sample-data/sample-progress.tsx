"use client";

import { formatNumber, plural } from "@/api/format";
import { Button } from "@/ui/button";
import { ErrorNotice } from "@/ui/error-notice";
import { ProgressBar } from "@/ui/progress-bar";
import type { SampleJob } from "./sample-job";

/** How far it is; what went wrong, and that it can go on. */
export function SampleProgress({ job, onRetry }: { readonly job: SampleJob; readonly onRetry: () => void }) {
  const { state, step, done, of, error, rejected } = job;
  if (state === "failed") {
    return (
      <div className="flex w-full max-w-md flex-col gap-2 text-left">
        <ErrorNotice compact error={error} />
        <Button onClick={onRetry}>Go on where it stopped</Button>
      </div>
    );
  }
  const words = `${step}${of === undefined ? "…" : `: ${formatNumber(done)} of ${formatNumber(of)}`}`;
  return (
    <div role="status" className="flex w-64 flex-col gap-1.5 text-left text-sm">
      {state === "running" && (
        <>
          <ProgressBar label={step} done={done} of={of} text={words} />
          <span className="tabular-nums">{words}</span>
        </>
      )}
      {rejected !== undefined && (
        <span className="text-warn">
          {plural(rejected.rows, "row was", "rows were")} rejected: {rejected.reason}
        </span>
      )}
    </div>
  );
}

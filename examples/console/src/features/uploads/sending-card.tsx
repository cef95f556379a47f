"use client";

import { RemoteError } from "@crm-engine/client";
import { X } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useEngine } from "@/api/engine";
import { explainError } from "@/api/errors/explain-error";
import { formatBytes, formatNumber, formatShare, plural } from "@/api/format";
import { Badge } from "@/ui/badge";
import { Button, IconButton, LinkButton } from "@/ui/button";
import { Loaded } from "@/ui/data-table";
import { Confirm } from "@/ui/dialog";
import { ErrorNotice } from "@/ui/error-notice";
import { ProgressBar } from "@/ui/progress-bar";
import { BatchProgress } from "./batch/batch-progress";
import { BatchStateBadge } from "./batch/batch-state";
import { useBatch } from "./batch/use-batch";
import { forgetSending, type Sending, sendAgain, stopSending } from "./sending";

interface SendingCardProps {
  readonly sending: Sending;
  /** Looks at the file again, as if it was chosen anew. */
  readonly onReview: (file: File) => void;
}

const SAID: Readonly<Record<Sending["state"], string>> = {
  sending: "is being sent",
  queued: "is sent, and its rows are being done",
  failed: "could not be sent",
  stopped: "was stopped",
};

/** One file on its way: being sent, then its rows being done. */
export function SendingCard({ sending, onReview }: SendingCardProps) {
  const { id, kind, file, state } = sending;
  return (
    <li className="flex flex-col gap-2 border-b border-line px-4 py-3 last:border-b-0">
      <span role="status" className="sr-only">
        {file.name} {SAID[state]}
      </span>
      <div className="flex items-start justify-between gap-3">
        <p className="min-w-0 text-sm break-words">
          <span className="font-semibold">{file.name}</span>{" "}
          <span className="text-muted">
            {kind}, {formatBytes(file.size)}
          </span>
        </p>
        {state !== "sending" && (
          <IconButton label={`Take ${file.name} off this list`} onClick={() => forgetSending(id)}>
            <X aria-hidden size={16} />
          </IconButton>
        )}
      </div>
      {state === "sending" && <OnItsWay sending={sending} />}
      {state === "queued" && sending.batchId !== undefined && (
        <Queued batchId={sending.batchId} received={sending.received ?? 0} />
      )}
      {(state === "failed" || state === "stopped") && <Broken sending={sending} onReview={onReview} />}
    </li>
  );
}

function OnItsWay({ sending: { id, file, sentBytes, waits } }: { readonly sending: Sending }) {
  const [asks, setAsks] = useState(false);
  const all = waits || sentBytes >= file.size;
  const words = waits
    ? "The engine still holds the sending before, which was cut. It lets go within half a minute; then this goes on."
    : all
      ? `All ${formatBytes(file.size)} are sent; the engine queues the rows. The list below shows how far it is.`
      : `${formatBytes(sentBytes)} of ${formatBytes(file.size)} sent (${formatShare(sentBytes, file.size)})`;
  return (
    <>
      <ProgressBar label={`Sending ${file.name}`} done={sentBytes} of={all ? undefined : file.size} text={words} />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-sm text-muted tabular-nums">{words}</p>
        <Button small onClick={() => setAsks(true)}>
          Stop sending
        </Button>
      </div>
      <Confirm
        open={asks}
        onOpenChange={setAsks}
        title={`Stop sending ${file.name}?`}
        action="Stop sending"
        onConfirm={() => {
          setAsks(false);
          stopSending(id);
        }}
      >
        <p>
          Rows that the engine has queued by now are applied; the others are not. You can send the file again afterwards: no row
          counts twice.
        </p>
      </Confirm>
    </>
  );
}

function Queued({ batchId, received }: { readonly batchId: string; readonly received: number }) {
  const query = useBatch(batchId);
  return (
    <Loaded query={query} skeleton={<ProgressBar label="Rows done" done={0} />}>
      {(batch) => (
        <>
          <BatchProgress batch={{ ...batch, received: Math.max(received, batch.received) }} />
          <div className="flex flex-wrap items-center gap-2">
            <BatchStateBadge {...batch} />
            {batch.rejected > 0 && <span className="text-sm">{plural(batch.rejected, "row")} rejected</span>}
            <LinkButton small href={`/upload?id=${encodeURIComponent(batchId)}`}>
              Open this upload
            </LinkButton>
          </div>
        </>
      )}
    </Loaded>
  );
}

function Broken({ sending: { id, state, error, file }, onReview }: SendingCardProps) {
  const engine = useEngine();
  const { batchId, rowsRead } = cutAt(error);
  const mayHelp = state === "stopped" || batchId !== undefined || explainError(error).passing;
  return (
    <>
      {state === "stopped" ? (
        <p className="flex flex-wrap items-center gap-2 text-sm">
          <Badge tone="warn">stopped</Badge>
          What the engine had queued by then is applied. The list of uploads has it, as cut short.
        </p>
      ) : (
        <ErrorNotice compact error={error} />
      )}
      {state === "failed" && mayHelp && batchId === undefined && (
        <p className="text-sm">
          It isn't known how far it came: the list of uploads below has it, if rows were queued, and those are applied.
        </p>
      )}
      {batchId !== undefined && (
        <p className="text-sm">
          The upload was cut off{rowsRead === undefined ? "" : ` after ${formatNumber(rowsRead)} rows`}. What was queued by then
          is applied under{" "}
          <Link className="underline" href={`/upload?id=${encodeURIComponent(batchId)}`}>
            this upload
          </Link>
          ; nothing after it was. Send the file again to complete it.
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button small look={mayHelp ? "primary" : "plain"} onClick={() => sendAgain(engine, id)}>
          Send {file.name} again
        </Button>
        <Button
          small
          onClick={() => {
            forgetSending(id);
            onReview(file);
          }}
        >
          Look at it again
        </Button>
        <span className="text-xs text-muted">
          {mayHelp
            ? "The file is kept while this tab is open. It is sent under the same key, and no row counts twice."
            : "Nothing was changed. Mend the file and choose it anew, or look at how its rows are read."}
        </span>
      </div>
    </>
  );
}

function cutAt(error: unknown): { readonly batchId?: string; readonly rowsRead?: number } {
  if (!(error instanceof RemoteError)) return {};
  const { batchId, rowsRead } = error.details;
  return {
    ...(typeof batchId === "string" ? { batchId } : {}),
    ...(typeof rowsRead === "number" ? { rowsRead } : {}),
  };
}

"use client";

import { RemoteError } from "@crm-engine/client";
import { X } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useEngine } from "@/api/engine";
import { formatBytes, formatNumber, formatShare, plural } from "@/api/format";
import { Badge } from "@/ui/badge";
import { Button, IconButton, LinkButton } from "@/ui/button";
import { Loaded } from "@/ui/data-table";
import { Confirm } from "@/ui/dialog";
import { ErrorNotice } from "@/ui/error-notice";
import { ProgressBar } from "@/ui/progress-bar";
import { BatchProgress } from "./batch-progress";
import { BatchStateBadge } from "./batch-state";
import { forgetSending, type Sending, sendAgain, stopSending } from "./sending";
import { useBatch } from "./use-batch";

/** One file on its way: being sent, then its rows being done. */
export function SendingCard({ sending }: { readonly sending: Sending }) {
  const { id, kind, file, state } = sending;
  return (
    <li className="flex flex-col gap-2 border-b border-line px-4 py-3 last:border-b-0">
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
      {state === "queued" && sending.batchId !== undefined && <Queued batchId={sending.batchId} />}
      {(state === "failed" || state === "stopped") && <Broken sending={sending} />}
    </li>
  );
}

function OnItsWay({ sending: { id, file, sentBytes } }: { readonly sending: Sending }) {
  const [asks, setAsks] = useState(false);
  const all = sentBytes >= file.size;
  const words = all
    ? `All ${formatBytes(file.size)} are sent; the engine queues the rows.`
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

function Queued({ batchId }: { readonly batchId: string }) {
  const query = useBatch(batchId);
  return (
    <Loaded query={query} skeleton={<ProgressBar label="Rows done" done={0} />}>
      {(batch) => (
        <>
          <BatchProgress batch={batch} />
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

function Broken({ sending: { id, state, error, file } }: { readonly sending: Sending }) {
  const engine = useEngine();
  const { batchId, rowsRead } = cutAt(error);
  return (
    <>
      {state === "stopped" ? (
        <p className="flex flex-wrap items-center gap-2 text-sm">
          <Badge tone="warn">stopped</Badge>
          What the engine had queued by then is applied; it is in the list of uploads, as cut short.
        </p>
      ) : (
        <ErrorNotice compact error={error} />
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
        <Button small look="primary" onClick={() => sendAgain(engine, id)}>
          Send {file.name} again
        </Button>
        <span className="text-xs text-muted">
          The file is kept while this tab is open. It is sent under the same key, and no row counts twice.
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

"use client";

import { hasRemoteCode } from "@/api/errors/has-remote-code";
import { formatNumber, formatShare } from "@/api/format";
import { useParams } from "@/api/use-param";
import { LinkButton } from "@/ui/button";
import { CopyAsCurl, CopyButton } from "@/ui/copy-button";
import { Loaded } from "@/ui/data-table";
import { Empty, Figure, PageHead, Panel } from "@/ui/panel";
import { Time } from "@/ui/time";
import { BatchProgress } from "./batch/batch-progress";
import { BatchStateBadge } from "./batch/batch-state";
import { RejectedRows } from "./batch/rejected-rows";
import { useBatch } from "./batch/use-batch";

const AllUploads = () => <LinkButton href="/uploads">All uploads</LinkButton>;

export function UploadPage() {
  const [params] = useParams();
  const id = params.get("id") ?? "";
  const query = useBatch(id);
  const { data, error } = query;
  if (id === "" || (data === undefined && hasRemoteCode(error, "not_found"))) {
    return (
      <>
        <PageHead title="Upload" documentTitle="Upload" />
        <Panel>
          <Empty title="There is no such upload" actions={<AllUploads />}>
            {id === ""
              ? "The address names none."
              : `The engine knows none under ${id}. An upload that was cut off before its first rows were queued leaves nothing.`}
          </Empty>
        </Panel>
      </>
    );
  }
  return (
    <>
      <PageHead
        title={data === undefined ? "Upload" : `Upload of ${data.kind}`}
        documentTitle="Upload"
        note={
          data !== undefined && (
            <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <BatchStateBadge {...data} />
              <Time at={data.createdAt} />
              <span className="font-mono text-xs break-all">{id}</span>
              <CopyButton label="Copy id" text={id} />
            </span>
          )
        }
        actions={
          <>
            <CopyAsCurl method="GET" path={`/api/batches/${encodeURIComponent(id)}`} />
            <AllUploads />
          </>
        }
      />
      <Loaded query={query}>
        {(batch) => {
          const waiting = batch.received - batch.accepted - batch.rejected;
          return (
            <div className="flex flex-col gap-4">
              <Panel title={batch.status === "completed" ? "Result" : "Progress"}>
                {batch.truncated && (
                  <p className="mb-3 rounded-md bg-warn-soft px-3 py-2 text-sm">
                    <span className="font-semibold text-warn">It was cut off while it was sent.</span> What had been queued by
                    then is all there is of it. Send the whole file again to complete it: rows that are there already are found to
                    be the same.
                  </p>
                )}
                <div className="mb-4 grid grid-cols-2 gap-4 sm:grid-cols-4">
                  <Figure
                    label={batch.status === "completed" ? "Received" : "Received so far"}
                    value={formatNumber(batch.received)}
                    note={waiting > 0 ? `= accepted + rejected + ${formatNumber(waiting)} to do` : "= accepted + rejected"}
                  />
                  <Figure
                    label="Accepted"
                    value={formatNumber(batch.accepted)}
                    note={batch.status === "completed" ? formatShare(batch.accepted, batch.received) : undefined}
                  />
                  <Figure
                    label="Rejected"
                    value={formatNumber(batch.rejected)}
                    note={batch.status === "completed" ? formatShare(batch.rejected, batch.received) : undefined}
                  />
                </div>
                {batch.status === "processing" && <BatchProgress batch={batch} />}
                {batch.accepted > 0 && (
                  <div className="mt-4 flex flex-wrap gap-2">
                    {batch.kind === "orders" ? (
                      <LinkButton href={`/orders?batchId=${encodeURIComponent(id)}`}>Orders of this upload</LinkButton>
                    ) : (
                      <LinkButton href="/customers">Customers</LinkButton>
                    )}
                  </div>
                )}
              </Panel>
              <RejectedRows batch={batch} />
            </div>
          );
        }}
      </Loaded>
    </>
  );
}

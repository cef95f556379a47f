"use client";

import type { CommunicationLog } from "@crm-engine/core";
import { useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { CopyAsCurl } from "@/ui/copy-button";
import { Loaded } from "@/ui/data-table";
import { Dialog } from "@/ui/dialog";
import { Skeleton } from "@/ui/panel";

interface MessageDialogProps {
  readonly row: CommunicationLog;
  readonly campaignName: string | undefined;
  readonly onClose: () => void;
}

/** The campaign's message as this customer would get it now: what was sent is not kept. */
export function MessageDialog({ row: { campaignId, customerId, sentAt }, campaignName, onClose }: MessageDialogProps) {
  const engine = useEngine();
  const query = useQuery({
    queryKey: ["campaign", campaignId, "preview", customerId],
    queryFn: () => engine.campaigns.preview(campaignId, { customerId }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Dialog
      wide
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={campaignName ?? "Message"}
      description={
        sentAt === undefined
          ? "Rendered now, from the campaign and their present record. It was not sent to them."
          : "Rendered now, from the campaign and their present record: the engine keeps no copy of what went out. Where their record has changed since, it read differently then."
      }
    >
      <Loaded query={query} skeleton={<Skeleton className="h-80 w-full" />}>
        {({ subject, from, to, preheader, body, text, channel, missing }) => (
          <div className="flex flex-col gap-3 text-sm">
            <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-y-1">
              {subject !== undefined && <Line name="Subject">{subject}</Line>}
              {preheader !== undefined && <Line name="Preheader">{preheader}</Line>}
              <Line name="From">{from ?? "the sender's own address"}</Line>
              <Line name="To">{to ?? "no address"}</Line>
              {missing.length > 0 && <Line name="Missing">{missing.join(", ")}</Line>}
            </dl>
            {channel === "email" ? (
              <iframe sandbox="" srcDoc={body} title="The message's body" className="h-96 w-full rounded-md border border-line" />
            ) : (
              <p className="rounded-md bg-sunken px-3 py-2 break-words whitespace-pre-wrap">{body}</p>
            )}
            {text !== undefined && (
              <details>
                <summary>Text part</summary>
                <pre className="mt-2 max-h-60 overflow-auto rounded-md bg-sunken p-3 text-xs whitespace-pre-wrap">{text}</pre>
              </details>
            )}
            <div>
              <CopyAsCurl method="POST" path={`/api/campaigns/${encodeURIComponent(campaignId)}/preview`} body={{ customerId }} />
            </div>
          </div>
        )}
      </Loaded>
    </Dialog>
  );
}

function Line({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="break-words">{children}</dd>
    </>
  );
}

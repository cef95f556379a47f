"use client";

import type { Campaign } from "@crm-engine/core";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { useEngine } from "@/api/engine";
import { hasRemoteCode } from "@/api/errors/has-remote-code";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { ErrorNotice } from "@/ui/error-notice";
import { Checkbox } from "@/ui/field";
import { Panel, Skeleton } from "@/ui/panel";
import { Time } from "@/ui/time";
import { inWords } from "../../in-words";
import { SourceText } from "../../source-text";
import { MailFrame } from "./mail-frame";
import { MemberSearch } from "./member-search";
import { useMembers } from "./members";

interface PreviewPanelProps {
  readonly campaign: Campaign;
  /** Of the audience; decides how a random one is looked for. */
  readonly count: number;
  /** What is typed is not what is shown. */
  readonly behind: boolean;
  readonly customerId: string | undefined;
  onChoose(customerId: string): void;
}

/** The message as one member would get it, by the rendering that sends it. */
export function PreviewPanel({ campaign, count, behind, customerId, onChoose }: PreviewPanelProps) {
  const { id, version } = campaign;
  const engine = useEngine();
  const [dark, setDark] = useState(false);
  const [narrow, setNarrow] = useState(false);
  const [asText, setAsText] = useState(false);
  const members = useMembers(campaign);
  const preview = useQuery({
    queryKey: ["campaign", id, "preview", version, customerId],
    queryFn: () => engine.campaigns.preview(id, { customerId }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const shown = preview.data;
  const turn = useMutation({
    mutationFn: (to: "next" | "random") =>
      to === "next" ? members.next(shown?.customer.id) : members.random(count, shown?.customer.id),
    onSuccess: (found) => {
      if (found !== undefined) onChoose(found);
    },
  });
  const nobody = hasRemoteCode(preview.error, "conflict");
  return (
    <Panel
      title="Preview"
      note={
        behind ? (
          <>
            As it was saved <Time at={campaign.updatedAt} />; what you typed since shows here once it is saved.
          </>
        ) : (
          "As a real member would get it."
        )
      }
      actions={
        <CopyAsCurl method="POST" path={`/api/campaigns/${id}/preview`} body={customerId === undefined ? {} : { customerId }} />
      }
    >
      <MemberSearch onChoose={({ id: chosen }) => onChoose(chosen)} />
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <Button small busy={turn.isPending && turn.variables === "next"} onClick={() => turn.mutate("next")}>
          Next member
        </Button>
        <Button small busy={turn.isPending && turn.variables === "random"} onClick={() => turn.mutate("random")}>
          Random member
        </Button>
      </div>
      {nobody ? (
        <p className="mt-3 text-sm text-muted">Nobody is in the audience. Change its segments, or look for a customer above.</p>
      ) : (
        preview.error !== null && (
          <div className="mt-3">
            <ErrorNotice compact error={preview.error} retry={() => void preview.refetch()} />
          </div>
        )
      )}
      {shown === undefined
        ? preview.error === null && <Skeleton className="mt-3 h-80 w-full" />
        : !nobody && (
            <div className={preview.isPlaceholderData ? "opacity-60" : ""}>
              <dl className="mt-3 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 text-table">
                <dt className="text-muted">As</dt>
                <dd className="flex flex-wrap items-center gap-1.5">
                  <Link
                    href={`/customer?id=${encodeURIComponent(shown.customer.id)}`}
                    className="font-semibold underline underline-offset-2"
                  >
                    {shown.customer.name ?? shown.customer.id}
                  </Link>
                  {!shown.inAudience && <Badge tone="warn">not in the audience</Badge>}
                  {!shown.contactable.contactable && (
                    <Badge tone="warn">would be skipped: {inWords(shown.contactable.reason ?? "")}</Badge>
                  )}
                </dd>
                <dt className="text-muted">To</dt>
                <dd className="break-words">{shown.to ?? "no address"}</dd>
                {shown.channel === "email" && (
                  <>
                    <dt className="text-muted">From</dt>
                    <dd className="break-words">
                      {shown.from ?? "the sender's own address"}
                      {shown.replyTo === undefined ? "" : `; answers go to ${shown.replyTo}`}
                    </dd>
                    <dt className="text-muted">Subject</dt>
                    <dd className="font-semibold break-words">{shown.subject}</dd>
                    <dt className="text-muted">Preheader</dt>
                    <dd className="break-words text-muted">
                      {shown.preheader ?? "none: mail programs show how the body begins"}
                    </dd>
                  </>
                )}
                <dt className="text-muted">Missing</dt>
                <dd>
                  {shown.missing.length === 0 ? (
                    "nothing: every variable has a value"
                  ) : (
                    <span className="flex flex-wrap gap-1">
                      {shown.missing.map((name) => (
                        <Badge key={name} tone="warn">
                          {name}
                        </Badge>
                      ))}
                    </span>
                  )}
                </dd>
              </dl>
              {shown.channel === "email" ? (
                <>
                  <div className="my-3 flex flex-wrap gap-x-4 gap-y-2">
                    <Checkbox label="Plain text" checked={asText} onChange={(event) => setAsText(event.target.checked)} />
                    <Checkbox label="Dark" checked={dark} disabled={asText} onChange={(event) => setDark(event.target.checked)} />
                    <Checkbox
                      label="Narrow"
                      checked={narrow}
                      disabled={asText}
                      onChange={(event) => setNarrow(event.target.checked)}
                    />
                  </div>
                  {asText ? (
                    <SourceText text={shown.text ?? ""} label="Text part" />
                  ) : (
                    <MailFrame html={shown.body} dark={dark} narrow={narrow} />
                  )}
                </>
              ) : (
                <div className="mt-3">
                  <SourceText text={shown.body} label="Message" />
                  <p className="mt-1 text-xs text-muted">{shown.body.length} characters</p>
                </div>
              )}
            </div>
          )}
    </Panel>
  );
}

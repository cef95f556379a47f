"use client";

import type { Campaign } from "@crm-engine/core";
import Link from "next/link";
import { useState } from "react";
import { useEngine } from "@/api/engine";
import { plural } from "@/api/format";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { Confirm } from "@/ui/dialog";
import { Panel } from "@/ui/panel";
import { logHref } from "./failures-panel";
import { useMove } from "./use-move";

type Action = "resend" | "skip";

/** Nobody knows whether the vendor took these: a person decides, and is told what each choice risks. */
export function UnknownPanel({ campaign, count }: { readonly campaign: Campaign; readonly count: number }) {
  const [asked, setAsked] = useState<Action>();
  if (count === 0) return null;
  const people = plural(count, "person", "people");
  const { status, archived } = campaign;
  const canResend = !archived && (status === "running" || status === "paused" || status === "completed");
  return (
    <Panel
      className="border-warn"
      title={`${plural(count, "message")}: nobody knows whether they were sent`}
      note="The line to the sending service broke while they were handed over. Its own log, or a receipt that still comes, may tell."
      actions={
        <>
          <Button disabled={archived} onClick={() => setAsked("skip")}>
            Leave them
          </Button>
          <Button disabled={!canResend} onClick={() => setAsked("resend")}>
            Send again
          </Button>
        </>
      }
    >
      <dl className="grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[auto_1fr]">
        <dt className="font-medium">Send again</dt>
        <dd className="text-muted">
          risks that some of the {people} get it twice.{canResend ? "" : " Not possible as the campaign is now."}
        </dd>
        <dt className="font-medium">Leave them</dt>
        <dd className="text-muted">risks that some of the {people} never get it.</dd>
      </dl>
      <Link href={logHref(campaign.id, { status: "unknown" })} className="mt-2 inline-block text-sm underline underline-offset-2">
        See who
      </Link>
      {asked !== undefined && (
        <ResolveConfirm id={campaign.id} action={asked} count={count} onClose={() => setAsked(undefined)} />
      )}
    </Panel>
  );
}

interface ResolveConfirmProps {
  readonly id: string;
  readonly action: Action;
  readonly count: number;
  /** Only these rows of the log. */
  readonly ids?: readonly string[];
  onClose(): void;
}

export function ResolveConfirm({ id, action, count, ids, onClose }: ResolveConfirmProps) {
  const engine = useEngine();
  const input = { action, ...(ids === undefined ? {} : { ids }) };
  const resolve = useMove(id, () => engine.campaigns.resolveUnknown(id, input), {
    said: action === "resend" ? "They are sent again." : "They are settled as skipped.",
    showsError: true,
    onDone: onClose,
  });
  const people = plural(count, "person", "people");
  const resend = action === "resend";
  return (
    <Confirm
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={resend ? `Send again to ${people}?` : `Leave ${people} as they are?`}
      action={resend ? `Send again to ${people}` : `Leave ${people}`}
      busy={resolve.isPending}
      error={resolve.error}
      onConfirm={() => resolve.mutate()}
    >
      <p>
        {resend
          ? "Whoever did get it gets it a second time: the sending service can't tell that it is the same message."
          : "They are skipped as “settled by hand”. Whoever did not get it never will, from this campaign."}
      </p>
      <div>
        <CopyAsCurl method="POST" path={`/api/campaigns/${id}/unknown`} body={input} />
      </div>
    </Confirm>
  );
}

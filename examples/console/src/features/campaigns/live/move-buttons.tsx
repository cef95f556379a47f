"use client";

import type { Campaign } from "@crm-engine/core";
import { useState } from "react";
import { useEngine } from "@/api/engine";
import { plural } from "@/api/format";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { Confirm } from "@/ui/dialog";
import { useMove } from "./use-move";

interface MoveButtonsProps {
  readonly campaign: Campaign;
  /** Calls to the vendor that are under way. */
  readonly claimed: number;
  readonly pending: number;
}

/** Pause, resume, cancel and the like, each with its effect. */
export function MoveButtons({ campaign, claimed, pending }: MoveButtonsProps) {
  const { id, status, archived } = campaign;
  const engine = useEngine();
  const [asked, setAsked] = useState<"pause" | "cancel">();
  const close = () => setAsked(undefined);
  const pause = useMove(id, () => engine.campaigns.pause(id), { said: "Paused.", showsError: true, onDone: close });
  const cancel = useMove(id, () => engine.campaigns.cancel(id), { said: "Cancelled.", showsError: true, onDone: close });
  const resume = useMove(id, () => engine.campaigns.resume(id), { said: "It goes on." });
  const unschedule = useMove(id, () => engine.campaigns.unschedule(id), { said: "It is a draft again." });
  const started = status !== "scheduled";
  if (archived || status === "completed" || status === "cancelled") return null;
  return (
    <>
      {status === "scheduled" && (
        <Button busy={unschedule.isPending} onClick={() => unschedule.mutate()}>
          Unschedule and edit
        </Button>
      )}
      {(status === "running" || status === "planning") && <Button onClick={() => setAsked("pause")}>Pause</Button>}
      {(status === "paused" || status === "failed") && (
        <Button look="primary" busy={resume.isPending} onClick={() => resume.mutate()}>
          {status === "failed" ? "Try again" : "Resume"}
        </Button>
      )}
      <Button look="danger" onClick={() => setAsked("cancel")}>
        Cancel campaign
      </Button>
      <Confirm
        open={asked === "pause"}
        onOpenChange={close}
        title="Pause this campaign?"
        action="Pause"
        look="primary"
        busy={pause.isPending}
        error={pause.error}
        onConfirm={() => pause.mutate()}
      >
        <p>
          {claimed === 0
            ? "Calls to the vendor that are under way will finish."
            : `${plural(claimed, "message")} that are in a worker's hands will finish, or go back.`}{" "}
          No other is begun until you resume{pending === 0 ? "" : `; ${plural(pending, "message")} wait`}. Nothing is lost, and
          nobody is written to twice.
        </p>
        <div>
          <CopyAsCurl method="POST" path={`/api/campaigns/${id}/pause`} />
        </div>
      </Confirm>
      <Confirm
        open={asked === "cancel"}
        onOpenChange={close}
        title="Cancel this campaign?"
        action="Cancel the campaign"
        busy={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate()}
      >
        <p>
          {started
            ? `${plural(pending, "message")} that are not begun will be skipped as “campaign cancelled”${claimed === 0 ? "" : `; ${plural(claimed, "message")} that are under way will finish`}. What was sent can't be called back.`
            : "It will not start. Nobody was written to."}
        </p>
        <p>A cancelled campaign can't go on. A copy of it is a new draft, which would write to everyone again.</p>
        <div>
          <CopyAsCurl method="POST" path={`/api/campaigns/${id}/cancel`} />
        </div>
      </Confirm>
    </>
  );
}

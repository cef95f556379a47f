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

/** Pause, resume, cancel and the like, each with its effect. A pause can be taken back, and so is asked for once. */
export function MoveButtons({ campaign, claimed, pending }: MoveButtonsProps) {
  const { id, status, archived } = campaign;
  const engine = useEngine();
  const [asked, setAsked] = useState(false);
  const close = () => setAsked(false);
  const pause = useMove(id, () => engine.campaigns.pause(id), { said: `Paused. ${heldBack(claimed, pending)}` });
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
      {(status === "running" || status === "planning") && (
        <Button busy={pause.isPending} title={heldBack(claimed, pending)} onClick={() => pause.mutate()}>
          Pause
        </Button>
      )}
      {(status === "paused" || status === "failed") && (
        <Button look="primary" busy={resume.isPending} onClick={() => resume.mutate()}>
          {status === "failed" ? "Try again" : "Resume"}
        </Button>
      )}
      <Button look="danger" onClick={() => setAsked(true)}>
        Cancel campaign
      </Button>
      <Confirm
        open={asked}
        onOpenChange={close}
        title="Cancel this campaign?"
        action="Cancel the campaign"
        busy={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate()}
      >
        <p>
          {started
            ? `${plural(pending, "message that is not begun", "messages that are not begun")} will be skipped as “campaign cancelled”${claimed === 0 ? "" : `; ${plural(claimed, "that is under way will finish", "that are under way will finish")}`}. What was sent can't be called back.`
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

/** What a pause does with what is not sent yet. */
export function heldBack(claimed: number, pending: number): string {
  const finishes = claimed === 0 ? "Nothing is under way" : `${plural(claimed, "message")} under way will finish`;
  return `${finishes}; ${pending === 0 ? "no other waits" : plural(pending, "waits", "wait")} until you resume.`;
}

"use client";

import type { Channel } from "@crm-engine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { useEngine } from "@/api/engine";
import { CopyAsCurl } from "@/ui/copy-button";
import { Confirm } from "@/ui/dialog";
import { ReasonField } from "@/ui/reason-field";
import { CHANNEL_WORDS } from "./words";

export interface Decision {
  readonly kind: "suppress" | "lift";
  readonly address: string;
  /** All that the address can be of, if absent. */
  readonly channel?: Channel;
}

/** Suppresses an address, or lifts that, by hand and with a reason. */
export function DecisionDialog({ decision, onClose }: { readonly decision: Decision; readonly onClose: () => void }) {
  const { kind, address, channel } = decision;
  const engine = useEngine();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const suppresses = kind === "suppress";
  const body = { address, ...(channel === undefined ? {} : { channel }), reason: reason.trim() };
  const { mutate, isPending, error } = useMutation({
    meta: { showsError: true },
    mutationFn: () => engine.suppressions[kind](body),
    onSuccess: () => {
      for (const queryKey of [["customer"], ["suppressions"]]) void queries.invalidateQueries({ queryKey });
      toast.success(suppresses ? "Nobody is written to there from now on." : "It is lifted.", {
        description: "It is queued durably, and shown here as soon as a worker has stored it.",
      });
      onClose();
    },
  });
  const by = channel === undefined ? "by any channel" : `by ${CHANNEL_WORDS[channel]}`;
  return (
    <Confirm
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={suppresses ? `Suppress ${address}?` : `Lift the suppression of ${address}?`}
      action={suppresses ? "Suppress the address" : "Lift the suppression"}
      look={suppresses ? "danger" : "primary"}
      busy={isPending}
      error={error}
      onConfirm={() => (reason.trim() === "" ? setMissing(true) : mutate())}
    >
      {suppresses ? (
        <p>
          Nobody is written to at this address {by}, whoever has it now or later, and also where a campaign is under way. No
          opt-in lifts it: only an operator does, here.
        </p>
      ) : (
        <p>
          What bounced, and what was suppressed by hand, counts no longer {by}: messages may go there again. What a person said
          themselves (unsubscribed, complained) stays, and is refused here; only their own later opt-in lifts that.
        </p>
      )}
      <ReasonField
        hint="Kept with the decision, for whoever looks at it later."
        value={reason}
        missing={missing}
        placeholder={suppresses ? "asked by phone on Monday" : "the mailbox works again"}
        onChange={(said) => {
          setReason(said);
          setMissing(false);
        }}
      />
      <div>
        <CopyAsCurl method={suppresses ? "POST" : "DELETE"} path="/api/suppressions" body={body} />
      </div>
    </Confirm>
  );
}

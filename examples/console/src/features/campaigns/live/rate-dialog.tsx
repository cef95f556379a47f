"use client";

import type { Campaign } from "@crm-engine/core";
import { useState } from "react";
import { useEngine } from "@/api/engine";
import { formatDuration } from "@/api/format";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { Dialog } from "@/ui/dialog";
import { ErrorNotice } from "@/ui/error-notice";
import { Field, Input } from "@/ui/field";
import { useMove } from "./use-move";

interface RateDialogProps {
  readonly campaign: Campaign;
  readonly left: number;
  onClose(): void;
}

export function RateDialog({ campaign: { id, throttlePerSecond }, left, onClose }: RateDialogProps) {
  const engine = useEngine();
  const [text, setText] = useState(throttlePerSecond === undefined ? "" : String(throttlePerSecond));
  const rate = text.trim() === "" ? null : Number(text);
  const fits = rate === null || (rate > 0 && rate <= 1_000_000);
  const change = useMove(id, () => engine.campaigns.update(id, { throttlePerSecond: rate }), {
    said: rate === null ? "It has no limit of its own now." : `At most ${rate} a second now.`,
    showsError: true,
    onDone: onClose,
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Change the rate"
      description="It holds for what is claimed from now on."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (fits && !change.isPending) change.mutate();
        }}
      >
        <Field
          label="Messages a second"
          hint={
            rate !== null && fits && left > 0
              ? `What is left takes ${formatDuration((left / rate) * 1_000)} at least.`
              : "Empty: no limit of its own, as fast as the sending service takes them."
          }
          error={fits ? undefined : "A number above 0, or nothing for no limit."}
        >
          {(control) => <Input {...control} inputMode="decimal" value={text} onChange={(event) => setText(event.target.value)} />}
        </Field>
        {change.error !== null && <ErrorNotice compact error={change.error} />}
        <div className="flex flex-wrap items-center justify-end gap-2">
          <CopyAsCurl method="PATCH" path={`/api/campaigns/${id}`} body={{ throttlePerSecond: rate }} />
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look="primary" busy={change.isPending} disabled={!fits}>
            Change rate
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

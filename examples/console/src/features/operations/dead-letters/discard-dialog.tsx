"use client";

import type { DeadLetter } from "@crm-engine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { useEngine } from "@/api/engine";
import { plural } from "@/api/format";
import { CopyAsCurl } from "@/ui/copy-button";
import { Confirm } from "@/ui/dialog";
import { ReasonField } from "@/ui/reason-field";
import { DEAD_LETTER_KEYS } from "./use-replay";

interface DiscardDialogProps {
  readonly letters: readonly DeadLetter[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function DiscardDialog({ letters, onDone, onClose }: DiscardDialogProps) {
  const engine = useEngine();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const body = { ids: letters.map(({ id }) => id), reason: reason.trim() };
  const { mutate, isPending, error } = useMutation({
    meta: { showsError: true },
    mutationFn: () => engine.queues.discard(body),
    onSuccess: async (discarded) => {
      const gone = letters.length - discarded;
      toast.success(
        `${plural(discarded, "dead letter")} discarded.`,
        gone > 0 ? { description: `${plural(gone, "was", "were")} there no more.` } : {},
      );
      await Promise.all(DEAD_LETTER_KEYS.map((queryKey) => queries.invalidateQueries({ queryKey })));
      onDone();
    },
  });
  const ofUploads = letters.some(({ topic }) => topic === "customers" || topic === "orders");
  const count = plural(letters.length, "dead letter");
  return (
    <Confirm
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Discard ${count} for good?`}
      action={`Discard ${count}`}
      typed={letters.length > 1 ? { label: `Type ${letters.length} to go on`, text: String(letters.length) } : undefined}
      busy={isPending}
      error={error}
      onConfirm={() => (reason.trim() === "" ? setMissing(true) : mutate())}
    >
      <p>They are taken away, and can't be brought back. What they say is never applied.</p>
      {ofUploads && <p>Some are parts of uploads: those uploads stay “processing”.</p>}
      <ReasonField
        hint="Goes to the server's log."
        value={reason}
        missing={missing}
        onChange={(said) => {
          setReason(said);
          setMissing(false);
        }}
      />
      <div>
        <CopyAsCurl method="POST" path="/api/dead-letters/discard" body={body} />
      </div>
    </Confirm>
  );
}

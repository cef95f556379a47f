"use client";

import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { toast } from "sonner";
import { useEngine } from "@/api/engine";
import { formatNumber } from "@/api/format";
import { saveFile } from "@/api/save-file";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ErrorNotice } from "@/ui/error-notice";
import { collectPerson } from "./collect-person";

/** Answers "what do you know of me?" with one file. */
export function ExportDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const engine = useEngine();
  const [records, setRecords] = useState(0);
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const { mutate, isPending, error } = useMutation({
    meta: { showsError: true },
    mutationFn: async () => {
      stop.current = new AbortController();
      setRecords(0);
      return collectPerson(engine, id, { signal: stop.current.signal, onProgress: setRecords });
    },
    onSuccess: (person) => {
      saveFile(`customer-${id}.json`, JSON.stringify(person, null, 2));
      toast.success("The file is with your downloads.");
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Export this person's data"
      description="One JSON file with what the engine tells of them: the record with its consent, what is known of the addresses, orders, messages, and the time line. It is put together in this browser."
    >
      {error !== null && <ErrorNotice compact error={error} />}
      <p role="status" aria-live="polite" className="text-sm text-muted">
        {isPending && (records === 0 ? "Reading…" : `${formatNumber(records)} records read…`)}
      </p>
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onClose}>Not now</Button>
        <Button look="primary" busy={isPending} onClick={() => mutate()}>
          Export as JSON
        </Button>
      </div>
    </Dialog>
  );
}

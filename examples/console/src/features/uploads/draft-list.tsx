"use client";

import { useEffect, useRef } from "react";
import { useEngine } from "@/api/engine";
import { Button } from "@/ui/button";
import { DraftCard } from "./draft-card";
import { type ReadyFile, startSending } from "./sending";
import { clearDrafts, removeDraft, useDrafts } from "./use-drafts";

/** Files that wait for somebody to say what they are. */
export function DraftList({ onSent }: { readonly onSent: () => void }) {
  const drafts = useDrafts();
  const engine = useEngine();
  const list = useRef<HTMLUListElement>(null);
  const newest = drafts.at(-1)?.id;
  const known = useRef(newest);
  // Whoever chose a file goes on where it is shown; not who comes back to one.
  useEffect(() => {
    if (newest !== undefined && newest !== known.current) list.current?.focus();
    known.current = newest;
  }, [newest]);
  if (drafts.length === 0) return null;
  const send = (id: string, ready: ReadyFile) => {
    startSending(engine, ready);
    removeDraft(id);
    onSent();
  };
  return (
    <div className="mt-4">
      <div className="mb-2 flex items-center justify-between">
        <h3 className="text-sm font-semibold">Ready to upload</h3>
        <Button small look="quiet" onClick={clearDrafts}>
          Leave all out
        </Button>
      </div>
      <ul ref={list} tabIndex={-1} aria-label="Ready to upload" className="flex flex-col gap-3 outline-none">
        {drafts.map((draft) => (
          <DraftCard key={draft.id} draft={draft} onSend={(ready) => send(draft.id, ready)} />
        ))}
      </ul>
    </div>
  );
}

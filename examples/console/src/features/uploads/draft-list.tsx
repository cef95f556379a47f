"use client";

import { useEffect, useRef } from "react";
import { useEngine } from "@/api/engine";
import { Button } from "@/ui/button";
import { DraftCard } from "./draft-card";
import { type ReadyFile, startSending } from "./sending";
import type { useDrafts } from "./use-drafts";

interface DraftListProps {
  readonly of: ReturnType<typeof useDrafts>;
  readonly onSent: () => void;
}

/** Files that wait for somebody to say what they are. */
export function DraftList({ of: { drafts, remove, clear }, onSent }: DraftListProps) {
  const engine = useEngine();
  const list = useRef<HTMLUListElement>(null);
  const newest = drafts.at(-1)?.id;
  // Whoever chose a file goes on where it is shown.
  useEffect(() => {
    if (newest !== undefined) list.current?.focus();
  }, [newest]);
  if (drafts.length === 0) return null;
  const send = (id: string, ready: ReadyFile) => {
    startSending(engine, ready);
    remove(id);
    onSent();
  };
  return (
    <div className="mt-4">
      <div className="mb-2 flex items-center justify-between">
        <h3 className="text-sm font-semibold">Ready to upload</h3>
        <Button small look="quiet" onClick={clear}>
          Leave all out
        </Button>
      </div>
      <ul ref={list} tabIndex={-1} aria-label="Ready to upload" className="flex flex-col gap-3 outline-none">
        {drafts.map((draft) => (
          <DraftCard key={draft.id} draft={draft} onRemove={() => remove(draft.id)} onSend={(ready) => send(draft.id, ready)} />
        ))}
      </ul>
    </div>
  );
}

"use client";

import type { BatchKind } from "@crm-engine/core";
import { useSyncExternalStore } from "react";
import { toast } from "sonner";
import { plural } from "@/api/format";
import { type FileHead, readHead } from "./file/file-head";
import { type Proposal, propose } from "./file/proposal";
import { warnWhile } from "./warn-while";

/** A file that was chosen, and looked at, but not sent. */
export interface Draft {
  readonly id: string;
  readonly file: File;
  readonly head: FileHead;
  readonly proposed: Proposal;
  /** As somebody put it right. */
  readonly kind: BatchKind;
  readonly map: string;
}

/** Of this tab, whatever page it shows. */
let drafts: readonly Draft[] = [];
const listeners = new Set<() => void>();
const NONE: readonly Draft[] = [];

export function useDrafts(): readonly Draft[] {
  return useSyncExternalStore(
    (listen) => {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
    () => drafts,
    () => NONE,
  );
}

/** One that is chosen again under its name takes the other's place. */
export async function addDrafts(files: readonly File[]): Promise<void> {
  const results = await Promise.allSettled(files.map(draftOf));
  const read = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  put([...drafts.filter(({ file }) => !read.some((one) => one.file.name === file.name)), ...read]);
  const failed = files.filter((_, at) => results[at]?.status === "rejected");
  if (failed.length === 0) return;
  toast.error(`${plural(failed.length, "file")} can't be read`, { description: failed.map(({ name }) => name).join(", ") });
}

export function changeDraft(id: string, change: Partial<Pick<Draft, "kind" | "map">>): void {
  put(drafts.map((draft) => (draft.id === id ? { ...draft, ...change } : draft)));
}

export function removeDraft(id: string): void {
  put(drafts.filter((draft) => draft.id !== id));
}

export function clearDrafts(): void {
  put([]);
}

async function draftOf(file: File): Promise<Draft> {
  const head = await readHead(file);
  const proposed = propose(head);
  return { id: crypto.randomUUID(), file, head, proposed, kind: proposed.kind, map: proposed.map };
}

function put(next: readonly Draft[]): void {
  drafts = next;
  warnWhile("drafts", next.length > 0);
  for (const listen of listeners) listen();
}

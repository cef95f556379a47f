"use client";

import { useState } from "react";
import { toast } from "sonner";
import { plural } from "@/api/format";
import { type FileHead, readHead } from "./file/file-head";

/** A file that was chosen, and looked at, but not sent. */
export interface Draft {
  readonly id: string;
  readonly file: File;
  readonly head: FileHead;
}

export function useDrafts() {
  const [drafts, setDrafts] = useState<readonly Draft[]>([]);
  return {
    drafts,
    /** One that is chosen again under its name takes the other's place. */
    add: async (files: readonly File[]) => {
      const results = await Promise.allSettled(files.map(draftOf));
      const read = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      setDrafts((before) => [...before.filter(({ file }) => !read.some((one) => one.file.name === file.name)), ...read]);
      const failed = files.filter((_, at) => results[at]?.status === "rejected");
      if (failed.length === 0) return;
      toast.error(`${plural(failed.length, "file")} can't be read`, { description: failed.map(({ name }) => name).join(", ") });
    },
    remove: (id: string) => setDrafts((before) => before.filter((draft) => draft.id !== id)),
    clear: () => setDrafts([]),
  };
}

async function draftOf(file: File): Promise<Draft> {
  return { id: crypto.randomUUID(), file, head: await readHead(file) };
}

"use client";

import { RemoteError } from "@crm-engine/client";
import type { Accepted, Batch } from "@crm-engine/core";
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useEngine } from "./engine";

/** Sends a row the way an upload does, and waits until it is stored; a row that is rejected is an error with its reasons. */
export function useSendRow({ changes, onStored }: { readonly changes: readonly QueryKey[]; readonly onStored: () => void }) {
  const engine = useEngine();
  const queries = useQueryClient();
  const [batch, setBatch] = useState<Batch>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const mutation = useMutation({
    meta: { showsError: true },
    mutationFn: async (send: () => Promise<Accepted>) => {
      setBatch(undefined);
      stop.current = new AbortController();
      const { batchId } = await send();
      const done = await engine.batches.completed(batchId, { signal: stop.current.signal, onProgress: setBatch });
      if (done.rejected > 0) throw rejected(done);
    },
    onSuccess: async () => {
      await Promise.all(changes.map((queryKey) => queries.invalidateQueries({ queryKey })));
      onStored();
    },
  });
  return {
    send: mutation.mutate,
    busy: mutation.isPending,
    error: mutation.error,
    reset: mutation.reset,
    /** What it waits for while it is taken, and not stored yet. */
    waitsFor: mutation.isPending ? batch?.waitsFor : undefined,
    taken: mutation.isPending && batch !== undefined,
  };
}

function rejected({ errors }: Batch): RemoteError {
  const issues = errors.map(({ path, message }) => ({ path, message }));
  const text = issues.map(({ path, message }) => (path === "" ? message : `${path} ${message}`)).join("; ");
  return new RemoteError("invalid", `The row was rejected, and nothing was changed: ${text}`, { details: { issues } });
}

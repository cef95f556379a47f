"use client";

import { RemoteError } from "@crm-engine/client";
import type { Accepted, Batch } from "@crm-engine/core";
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useEngine } from "./engine";

/** One row is stored in a moment: looked at so often, it needs none of the browser's few places for an event stream. */
const LOOK_MS = 500;

/** Sends a row the way an upload does, and waits until it is stored; a row that is rejected is an error with its reasons. */
export function useSendRow({ changes, onStored }: { readonly changes: readonly QueryKey[]; readonly onStored: () => void }) {
  const engine = useEngine();
  const queries = useQueryClient();
  const [taken, setTaken] = useState(false);
  const [batch, setBatch] = useState<Batch>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const mutation = useMutation({
    meta: { showsError: true },
    mutationFn: async (send: () => Promise<Accepted>) => {
      const stopped = new AbortController();
      stop.current = stopped;
      setTaken(false);
      setBatch(undefined);
      const { batchId } = await send();
      setTaken(true);
      const done = await stored(() => engine.batches.get(batchId), stopped.signal, setBatch);
      if (done !== undefined && done.rejected > 0) throw rejected(done);
      return done;
    },
    onSuccess: async (done) => {
      await Promise.all(changes.map((queryKey) => queries.invalidateQueries({ queryKey })));
      if (done !== undefined) onStored();
    },
  });
  return {
    send: mutation.mutate,
    busy: mutation.isPending,
    error: mutation.error,
    reset: mutation.reset,
    /** What it waits for while it is taken, and not stored yet. */
    waitsFor: mutation.isPending ? batch?.waitsFor : undefined,
    taken: mutation.isPending && taken,
  };
}

/** What became of it; undefined where nobody waits any more. It was taken, so that a line that is cut meanwhile is waited for. */
async function stored(
  look: () => Promise<Batch>,
  signal: AbortSignal,
  onProgress: (batch: Batch) => void,
): Promise<Batch | undefined> {
  while (!signal.aborted) {
    const batch = await look().catch(passing);
    if (batch?.status === "completed") return batch;
    if (batch !== undefined && !signal.aborted) onProgress(batch);
    await new Promise((wake) => setTimeout(wake, LOOK_MS));
  }
  return undefined;
}

function passing(error: unknown): undefined {
  if (error instanceof RemoteError && ["unavailable", "http", "internal"].includes(error.code)) return undefined;
  throw error;
}

function rejected({ errors }: Batch): RemoteError {
  const issues = errors.map(({ path, message }) => ({ path, message }));
  const text = issues.map(({ path, message }) => (path === "" ? message : `${path} ${message}`)).join("; ");
  return new RemoteError("invalid", `The row was rejected, and nothing was changed: ${text}`, { details: { issues } });
}

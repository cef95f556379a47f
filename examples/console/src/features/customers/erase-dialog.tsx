"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { CopyAsCurl } from "@/ui/copy-button";
import { Confirm } from "@/ui/dialog";

/** What the answer to an erasure said, and no later one says again. */
export const begunErasureKey = (id: string) => ["erasure-begun", id] as const;

export function EraseDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const engine = useEngine();
  const queries = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    meta: { showsError: true },
    mutationFn: () => engine.customers.erase(id),
    onSuccess: async (begun) => {
      if (begun !== undefined) {
        queries.setQueryDefaults(begunErasureKey(id), { gcTime: Number.POSITIVE_INFINITY });
        queries.setQueryData(begunErasureKey(id), begun);
      }
      for (const queryKey of [["customers"], ["orders"], ["suppressions"]]) void queries.invalidateQueries({ queryKey });
      await queries.invalidateQueries({ queryKey: ["customer", id], exact: true });
      onClose();
    },
  });
  return (
    <Confirm
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Erase this person for good?"
      action="Erase this person"
      typed={{ label: `Type ${id} to go on`, text: id }}
      busy={isPending}
      error={error}
      onConfirm={() => mutate()}
    >
      <p>This can't be undone. At once, and then wherever something of them may still be queued:</p>
      <ul className="list-disc pl-5">
        <li>Name, addresses, tags, attributes and consent are gone, and they are in no list, segment or count.</li>
        <li>
          Their orders stay for your books, under the id alone. Of messages, the state and the times stay; address and content go.
        </li>
        <li>Their addresses are kept as hashes, so that nobody is written to there. Rows uploaded before are refused.</li>
      </ul>
      <p className="text-muted">If they asked for their data, export it first.</p>
      <div>
        <CopyAsCurl method="DELETE" path={`/api/customers/${encodeURIComponent(id)}`} />
      </div>
    </Confirm>
  );
}

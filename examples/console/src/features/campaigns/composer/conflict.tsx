"use client";

import { useAllSegments } from "@/api/use-all";
import { Button } from "@/ui/button";
import { Panel } from "@/ui/panel";
import { ScrollRegion } from "@/ui/scroll/scroll-region";
import { Time } from "@/ui/time";
import { type Draft, type DraftField, differingFields, draftOf, FIELD_NAMES } from "./draft";
import type { KeptDraft } from "./draft-keeper";

interface ConflictProps {
  readonly kept: KeptDraft;
  onKeepMine(): void;
  onTakeTheirs(): void;
}

/** Two have written at once: both versions, and a choice. */
export function Conflict({ kept: { draft, theirs }, onKeepMine, onTakeTheirs }: ConflictProps) {
  const segments = useAllSegments();
  if (theirs === undefined) return null;
  const nameOf = (id: string) => segments.data?.items.find((segment) => segment.id === id)?.name ?? id;
  const other = draftOf(theirs);
  return (
    <Panel
      className="mb-4 border-warn"
      title="Somebody else has changed this draft"
      note={
        <>
          Theirs was saved <Time at={theirs.updatedAt} />. Nothing of yours is lost; it is kept in this tab until you choose.
        </>
      }
      actions={
        <>
          <Button onClick={onTakeTheirs}>Take theirs</Button>
          <Button look="primary" onClick={onKeepMine}>
            Keep mine
          </Button>
        </>
      }
    >
      <div role="alert" className="sr-only">
        Somebody else has changed this draft. Choose which version to keep.
      </div>
      <ScrollRegion label="Both versions">
        <table className="w-full text-table">
          <thead>
            <tr className="text-left text-xs text-muted">
              <th scope="col" className="py-1 pr-3">
                Field
              </th>
              <th scope="col" className="w-2/5 py-1 pr-3">
                Yours
              </th>
              <th scope="col" className="w-2/5 py-1">
                Theirs
              </th>
            </tr>
          </thead>
          <tbody>
            {differingFields(draft, other).map((field) => (
              <tr key={field} className="border-t border-line align-top">
                <th scope="row" className="py-1.5 pr-3 text-left font-medium">
                  {FIELD_NAMES[field]}
                </th>
                <td className="py-1.5 pr-3">
                  <Value value={draft[field]} nameOf={nameOf} />
                </td>
                <td className="py-1.5">
                  <Value value={other[field]} nameOf={nameOf} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}

/** A text, or segments by name. */
function Value({ value, nameOf }: { readonly value: Draft[DraftField]; nameOf(id: string): string }) {
  const text = typeof value === "string" ? value : value.map(nameOf).join(", ");
  return (
    <pre className="max-h-56 overflow-auto font-mono text-xs break-words whitespace-pre-wrap">
      {text === "" ? "(none)" : text}
    </pre>
  );
}

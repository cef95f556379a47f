import { explainError } from "@/api/explain-error";
import { Button } from "@/ui/button";
import { Ago } from "@/ui/time";
import { type DraftField, FIELD_NAMES } from "./draft";
import type { KeptDraft } from "./draft-keeper";

/** Says when the draft was saved, or why it isn't. */
export function SaveState({ kept, onTry }: { readonly kept: KeptDraft; onTry(): void }) {
  const { state, savedAt, faults, error, restored } = kept;
  return (
    <div className="text-sm text-muted" role="status">
      {state === "saved" && (
        <>
          Saved <Ago at={savedAt} />
        </>
      )}
      {(state === "waiting" || state === "saving") && (restored ? "Restored what you had typed; saving…" : "Saving…")}
      {state === "faulty" && (
        <span className="text-bad">
          Not saved: {Object.keys(faults).length > 0 ? `mend ${listed(faults)}` : explainError(error).text}. Kept in this tab;
          last saved <Ago at={savedAt} />
        </span>
      )}
      {state === "failed" && (
        <span className="text-bad">
          Not saved: {explainError(error).title.toLowerCase()}. Kept in this tab, and tried again.{" "}
          <Button small onClick={onTry}>
            Save now
          </Button>
        </span>
      )}
      {state === "stale" && <span className="text-bad">Not saved: somebody else has changed this draft. Choose below.</span>}
    </div>
  );
}

function listed(faults: KeptDraft["faults"]): string {
  return (Object.keys(faults) as DraftField[]).map((field) => FIELD_NAMES[field].toLowerCase()).join(", ");
}

import { explainError } from "@/api/errors/explain-error";
import { Button } from "@/ui/button";
import { Ago } from "@/ui/time";
import { type DraftField, FIELD_NAMES } from "./draft";
import type { KeptDraft } from "./draft-keeper";

/** Says when the draft was saved, or why it isn't. */
export function SaveState({ kept, onTry }: { readonly kept: KeptDraft; onTry(): void }) {
  const { state, savedAt } = kept;
  const words = wordsOf(kept);
  return (
    <div className={`text-sm ${words.bad ? "text-bad" : "text-muted"}`}>
      <span role="status">{words.text}</span>
      {state === "saved" && (
        <>
          {" "}
          <Ago at={savedAt} />
        </>
      )}
      {state === "faulty" && (
        <>
          ; last saved <Ago at={savedAt} />
        </>
      )}{" "}
      {state === "failed" && (
        <Button small onClick={onTry}>
          Save now
        </Button>
      )}
    </div>
  );
}

function wordsOf({ state, faults, error, restored }: KeptDraft): { readonly text: string; readonly bad: boolean } {
  switch (state) {
    case "saved":
      return { text: "Saved", bad: false };
    case "waiting":
    case "saving":
      return { text: restored ? "Restored what you had typed; saving…" : "Saving…", bad: false };
    case "faulty": {
      const what = Object.keys(faults).length > 0 ? `mend ${listed(faults)}` : explainError(error).text;
      return { text: `Not saved: ${what}. Kept in this tab`, bad: true };
    }
    case "failed":
      return { text: `Not saved: ${explainError(error).title.toLowerCase()}. Kept in this tab, and tried again.`, bad: true };
    case "stale":
      return { text: "Not saved: somebody else has changed this draft. Choose below.", bad: true };
  }
}

function listed(faults: KeptDraft["faults"]): string {
  return (Object.keys(faults) as DraftField[]).map((field) => FIELD_NAMES[field].toLowerCase()).join(", ");
}

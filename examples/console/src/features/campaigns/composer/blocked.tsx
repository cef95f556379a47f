"use client";

import { useEffect, useRef } from "react";
import { explainError } from "@/api/errors/explain-error";
import { Button } from "@/ui/button";
import { type DraftField, FIELD_NAMES } from "./draft";
import type { KeptDraft } from "./draft-keeper";

interface BlockedProps {
  /** "launched". */
  readonly what: string;
  readonly kept: KeptDraft;
  onTry(): void;
}

/** Why a draft can't be launched, scheduled or tested yet, each reason with the way to its field. */
export function Blocked({ what, kept: { state, faults, error }, onTry }: BlockedProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: "center" });
    box.current?.focus();
  }, []);
  const fields = (Object.keys(faults) as DraftField[]).filter((field) => faults[field] !== undefined);
  return (
    <div ref={box} tabIndex={-1} role="alert" className="mb-4 rounded-md border border-bad bg-bad-soft px-4 py-3 text-sm">
      <p className="font-semibold text-bad">It can't be {what} yet: what is on the screen is not saved.</p>
      {state === "stale" ? (
        <p className="mt-1">Somebody else has changed this draft meanwhile. Choose below what is to be kept.</p>
      ) : fields.length > 0 ? (
        <ul className="mt-1 flex flex-col gap-1">
          {fields.map((field) => (
            <li key={field} className="flex flex-wrap items-center gap-x-2">
              <span className="min-w-0 break-words">
                <strong>{FIELD_NAMES[field]}:</strong> {faults[field]}
              </span>
              <Button small onClick={() => jumpTo(field)}>
                Go to {FIELD_NAMES[field].toLowerCase()}
              </Button>
            </li>
          ))}
        </ul>
      ) : state === "failed" || error !== undefined ? (
        <p className="mt-1 break-words">
          {explainError(error).title}. {explainError(error).text}{" "}
          <Button small onClick={onTry}>
            Save now
          </Button>
        </p>
      ) : (
        <p className="mt-1">It is being saved…</p>
      )}
    </div>
  );
}

/** To the control under this label, in what is folded too. */
function jumpTo(field: DraftField): void {
  const place = document.querySelector(`main [data-field="${FIELD_NAMES[field]}"]`);
  place?.closest("details")?.setAttribute("open", "");
  place?.scrollIntoView({ block: "center" });
  const controls = ["[aria-invalid=true]", "input, textarea, [contenteditable=true]", "select"];
  const control = controls.map((which) => place?.querySelector<HTMLElement>(which)).find((found) => found);
  control?.focus({ preventScroll: true });
}

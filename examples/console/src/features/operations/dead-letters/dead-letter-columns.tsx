"use client";

import type { DeadLetter } from "@crm-engine/core";
import { useState } from "react";
import { formatNumber } from "@/api/format";
import { CopyButton } from "@/ui/copy-button";
import type { Column } from "@/ui/data-table";
import { Time } from "@/ui/time";

export const keyOfLetter = ({ topic, id }: DeadLetter): string => `${topic} ${id}`;

interface Choice {
  isChosen(letter: DeadLetter): boolean;
  toggle(letter: DeadLetter): void;
}

export function deadLetterColumns({ isChosen, toggle }: Choice): readonly Column<DeadLetter>[] {
  return [
    {
      head: "Choose",
      cell: (letter) => (
        <input
          type="checkbox"
          aria-label={`Choose ${letter.topic} ${letter.id}`}
          checked={isChosen(letter)}
          onChange={() => toggle(letter)}
          className="size-4 accent-accent pointer-coarse:size-6"
        />
      ),
    },
    {
      head: "Message",
      cell: (letter) => (
        <>
          <span className="font-medium">{letter.topic}</span>
          <code title={letter.id} className="block max-w-24 truncate font-mono text-xs text-muted md:max-w-72">
            {letter.id}
          </code>
        </>
      ),
    },
    {
      head: "Reason",
      cell: ({ reason, body }) => (
        <div className="min-w-40 break-words">
          {reason}
          <Body body={body} />
        </div>
      ),
    },
    { head: "Tries", align: "right", cell: ({ attempts }) => formatNumber(attempts) },
    { head: "Given up", cell: ({ deadAt }) => <Time at={deadAt} /> },
  ];
}

/** Of a body that is longer, the rest is for the clipboard. */
const SHOWN = 4_000;

function Body({ body }: { readonly body: string }) {
  const [open, setOpen] = useState(false);
  const text = open ? readable(body) : "";
  return (
    <details className="mt-1" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="text-xs text-accent">Body</summary>
      {open && (
        <>
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
            tabIndex={0}
            className="mt-1 max-h-72 max-w-[60ch] overflow-auto rounded-md bg-sunken p-2 font-mono text-xs break-all whitespace-pre-wrap"
          >
            {text.slice(0, SHOWN)}
            {text.length > SHOWN && "…"}
          </pre>
          <CopyButton
            text={body}
            label={text.length > SHOWN ? `Copy all ${formatNumber(body.length)} characters` : "Copy the body"}
          />
        </>
      )}
    </details>
  );
}

function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

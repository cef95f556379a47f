"use client";

import { clsx } from "clsx";
import { FileUp } from "lucide-react";
import { useId, useState } from "react";

/** Files by dropping, by a click, or by the keyboard. */
export function DropZone({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const [over, setOver] = useState(false);
  const note = useId();
  return (
    <label
      className={clsx(
        "flex cursor-pointer flex-col items-center gap-1 rounded-lg border-2 border-dashed px-4 py-8 text-center transition-colors duration-100",
        "focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent",
        over ? "border-accent bg-accent-soft" : "border-line-strong hover:bg-sunken",
      )}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFiles([...event.dataTransfer.files]);
      }}
    >
      <input
        type="file"
        multiple
        aria-label="Choose files to upload"
        aria-describedby={note}
        accept=".csv,.ndjson,.jsonl,.json,.gz,text/csv,application/json,application/x-ndjson,application/gzip"
        className="sr-only"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <FileUp aria-hidden size={24} className="text-muted" />
      <span className="font-semibold">Drop files here, or choose them</span>
      <span id={note} className="text-xs text-muted">
        Customers or orders, as .csv, .ndjson or .json, also compressed as .gz. Nothing is sent before you have seen what is in
        them.
      </span>
    </label>
  );
}

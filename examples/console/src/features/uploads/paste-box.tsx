"use client";

import { useState } from "react";
import { formatBytes } from "@/api/format";
import { Button } from "@/ui/button";
import { Field, Textarea } from "@/ui/field";
import { FORMAT_NAMES, formatOf } from "./file/file-format";

const EXTENSIONS = { "text/csv": "csv", "application/x-ndjson": "ndjson", "application/json": "json" } as const;

/** Of this tab, whatever page it shows. */
let pasted = "";

/** Rows as text; looked at like a file. */
export function PasteBox({ onFile }: { readonly onFile: (file: File) => void }) {
  const [text, setShown] = useState(pasted);
  const setText = (to: string) => {
    pasted = to;
    setShown(to);
  };
  const { contentType } = formatOf("", false, text);
  const size = new Blob([text]).size;
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        onFile(new File([text], `pasted.${EXTENSIONS[contentType]}`));
      }}
    >
      <Field
        label="Rows"
        hint={
          text.trim() === ""
            ? "CSV with a header, JSON, or an object of JSON a line."
            : `${formatBytes(size)} of ${FORMAT_NAMES[contentType]}`
        }
      >
        {(control) => (
          <Textarea
            {...control}
            rows={8}
            spellCheck={false}
            className="font-mono text-xs"
            placeholder={"id,email,name\nada,ada@example.com,Ada Lovelace"}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className="flex gap-2">
        <Button type="submit" disabled={text.trim() === ""}>
          Look at these rows
        </Button>
        <Button look="quiet" disabled={text === ""} onClick={() => setText("")}>
          Clear
        </Button>
      </div>
    </form>
  );
}

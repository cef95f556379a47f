"use client";

import type { Rule } from "@crm-engine/core";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Textarea } from "@/ui/field";
import { faultOf } from "./other-forms";

export function PasteDialog({ into, onClose, onPaste }: { readonly into: string; onClose(): void; onPaste(rule: Rule): void }) {
  const [text, setText] = useState("");
  const fault = text.trim() === "" ? undefined : faultOf(text);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Paste JSON"
      description={`A condition, a group or a whole rule, to be put into: ${into}.`}
    >
      <Field label="JSON" error={fault}>
        {(control) => (
          <Textarea
            {...control}
            spellCheck={false}
            className="!min-h-48 font-mono !text-xs"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>Not now</Button>
        <Button
          look="primary"
          disabled={text.trim() === "" || fault !== undefined}
          onClick={() => onPaste(JSON.parse(text) as Rule)}
        >
          Put it in
        </Button>
      </div>
    </Dialog>
  );
}

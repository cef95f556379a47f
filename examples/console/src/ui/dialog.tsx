"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useState } from "react";
import { Button, type ButtonLook, IconButton } from "./button";
import { ErrorNotice } from "./error-notice";
import { Field, Input } from "./field";
import { useDialogFocus } from "./use-dialog-focus";

interface DialogProps {
  readonly open: boolean;
  onOpenChange(open: boolean): void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function Dialog({ open, onOpenChange, title, description, wide = false, children }: DialogProps) {
  const focus = useDialogFocus();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Radix.Content
          {...focus}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
          className={`fixed top-1/2 left-1/2 z-50 max-h-[90dvh] w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-lg border border-line bg-surface p-5 shadow-xl ${wide ? "max-w-3xl" : "max-w-lg"}`}
        >
          <div className="flex items-start justify-between gap-4">
            <Radix.Title className="text-panel font-semibold">{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label="Close" className="-mt-1.5 -mr-1.5">
                <X aria-hidden size={18} />
              </IconButton>
            </Radix.Close>
          </div>
          {description !== undefined && (
            <Radix.Description asChild>
              <div className="mt-1 text-sm text-muted">{description}</div>
            </Radix.Description>
          )}
          <div className="mt-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ConfirmProps {
  readonly open: boolean;
  onOpenChange(open: boolean): void;
  readonly title: string;
  /** What it does, and what can't be undone. */
  readonly children: ReactNode;
  /** Says what it does: "Cancel the campaign". */
  readonly action: string;
  readonly look?: ButtonLook;
  /** To be typed before it can be done. */
  readonly typed?: { readonly label: string; readonly text: string } | undefined;
  readonly busy?: boolean;
  readonly error?: unknown;
  onConfirm(): void;
}

/** Nothing irreversible stands behind one click. */
export function Confirm({
  title,
  children,
  action,
  look = "danger",
  typed,
  busy = false,
  error,
  onConfirm,
  ...rest
}: ConfirmProps) {
  const [text, setText] = useState("");
  const ready = typed === undefined || text.trim() === typed.text;
  return (
    <Dialog {...rest} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !busy) onConfirm();
        }}
      >
        <div className="flex flex-col gap-3 text-sm">{children}</div>
        {typed !== undefined && (
          <Field label={typed.label} className="mt-4">
            {(control) => (
              <Input {...control} value={text} onChange={(event) => setText(event.target.value)} autoComplete="off" />
            )}
          </Field>
        )}
        {error !== undefined && error !== null && (
          <div className="mt-3">
            <ErrorNotice compact error={error} />
          </div>
        )}
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={() => rest.onOpenChange(false)}>Not now</Button>
          <Button type="submit" look={look} busy={busy} disabled={!ready}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

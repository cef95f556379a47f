"use client";

import { clsx } from "clsx";
import { X } from "lucide-react";
import { useId, useState } from "react";

interface ListInputProps<T extends string | number> {
  readonly label: string;
  readonly values: readonly T[];
  readonly suggestions?: readonly string[];
  read(text: string): T | undefined;
  onChange(values: readonly T[]): void;
}

/** Several values; Enter or a comma ends one, and lines that are pasted are one each. */
export function ListInput<T extends string | number>({ label, values, suggestions = [], read, onChange }: ListInputProps<T>) {
  const id = useId();
  const [text, setText] = useState("");
  const add = (parts: readonly string[]) => {
    const read_ = parts.map((part) => read(part.trim())).filter((one): one is T => one !== undefined && one !== "");
    if (read_.length > 0)
      onChange([...values, ...read_.filter((one, index) => !values.includes(one) && read_.indexOf(one) === index)]);
    setText("");
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset can't lay out its parts in a row everywhere
    <div
      role="group"
      aria-label={label}
      className="flex min-h-8.5 min-w-32 max-w-full flex-wrap items-center gap-1 rounded-md border border-line-strong bg-surface px-1 py-0.5 focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent"
    >
      {values.map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a rule may name a value twice
        <span key={`${index} ${value}`} className="inline-flex max-w-60 items-center rounded bg-sunken pl-1.5 text-table">
          <span className="truncate">{value}</span>
          <button
            type="button"
            aria-label={`Remove ${value}`}
            className="inline-flex size-6 shrink-0 items-center justify-center rounded text-muted hover:text-ink pointer-coarse:size-9"
            onClick={() => onChange(values.filter((_, other) => other !== index))}
          >
            <X aria-hidden size={13} />
          </button>
        </span>
      ))}
      <input
        aria-label={`Add to ${label}`}
        list={suggestions.length > 0 ? `${id}-values` : undefined}
        autoComplete="off"
        aria-invalid={values.length === 0 || undefined}
        placeholder={values.length === 0 ? "Type one, then Enter" : "and…"}
        className={clsx(
          "h-7 flex-1",
          values.length === 0 ? "w-40" : "w-16",
          "bg-transparent px-1 text-sm outline-none placeholder:text-muted",
        )}
        value={text}
        onChange={(event) => {
          const typed = event.target.value;
          // A suggestion that is chosen comes whole.
          if (suggestions.includes(typed) && (event.nativeEvent as InputEvent).inputType !== "insertText") add([typed]);
          else setText(typed);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" || event.key === ",") {
            if (event.key === "," && text.trim() === "") return;
            event.preventDefault();
            if (text !== "") add([text]);
          } else if (event.key === "Backspace" && text === "" && values.length > 0) onChange(values.slice(0, -1));
        }}
        onPaste={(event) => {
          const parts = event.clipboardData.getData("text").split(/[\r\n\t]+/);
          if (parts.length < 2) return;
          event.preventDefault();
          add(parts);
        }}
        onBlur={() => text.trim() !== "" && add([text])}
      />
      {suggestions.length > 0 && (
        <datalist id={`${id}-values`}>
          {suggestions.map((value) => (
            <option key={value} value={value} />
          ))}
        </datalist>
      )}
    </div>
  );
}

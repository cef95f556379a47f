"use client";

import { clsx } from "clsx";
import { ChevronDown } from "lucide-react";
import { useId, useRef, useState } from "react";
import { Input } from "@/ui/field";

export interface ComboOption {
  readonly value: string;
  readonly label: string;
  readonly group?: string;
  /** Beside the label. */
  readonly note?: string;
}

interface ComboProps {
  readonly label: string;
  readonly value: string;
  /** What the present value is called, if it is none of the options. */
  readonly shown?: string;
  readonly options: readonly ComboOption[];
  readonly placeholder?: string;
  readonly invalid?: boolean;
  readonly autoFocus?: boolean;
  readonly className?: string;
  /** As wide as what it says. */
  readonly fit?: boolean;
  /** Offers what was typed, where no option is called so. */
  free?(text: string): ComboOption | undefined;
  onChange(value: string): void;
}

/** Drawn at once. */
const SHOWN = 60;

/** One of many, by typing a part of its name. */
export function Combo({
  label,
  value,
  shown,
  options,
  placeholder,
  invalid,
  autoFocus,
  className,
  fit = false,
  free,
  onChange,
}: ComboProps) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState<string>();
  const [at, setAt] = useState(0);
  const open = typed !== undefined;
  const words = (typed ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const matching = (open ? options : []).filter(({ label: name, note = "", value: key }) => {
    const text = `${name} ${note} ${key}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const own = typed === undefined || typed.trim() === "" ? undefined : free?.(typed.trim());
  const found = [
    ...matching.slice(0, SHOWN),
    ...(own === undefined || options.some((option) => option.value === own.value) ? [] : [own]),
  ];
  const present = options.find((option) => option.value === value)?.label ?? shown ?? value;

  const close = () => setTyped(undefined);
  const choose = (option: ComboOption | undefined) => {
    if (option !== undefined) onChange(option.value);
    close();
  };
  const move = (to: number) => {
    const next = Math.max(0, Math.min(found.length - 1, to));
    setAt(next);
    list.current?.querySelector(`[data-at="${next}"]`)?.scrollIntoView({ block: "nearest" });
  };

  return (
    <div className={clsx("relative", className)}>
      <Input
        role="combobox"
        aria-label={label}
        aria-expanded={open}
        aria-controls={open ? `${id}-list` : undefined}
        aria-autocomplete="list"
        aria-activedescendant={open && found.length > 0 ? `${id}-${at}` : undefined}
        aria-invalid={invalid || undefined}
        autoFocus={autoFocus}
        autoComplete="off"
        className={clsx("pr-7", fit && "field-sizing-content !w-auto max-w-full min-w-32")}
        placeholder={placeholder}
        value={typed ?? present}
        title={present}
        onMouseDown={() => {
          setTyped((text) => text ?? "");
          setAt(0);
        }}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onBlur={close}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            if (event.altKey) return;
            event.preventDefault();
            if (!open) return setTyped("");
            move(at + (event.key === "ArrowDown" ? 1 : -1));
          } else if (event.key === "Enter" && open) {
            event.preventDefault();
            choose(found[at]);
          } else if (event.key === "Escape" && open) {
            event.stopPropagation();
            close();
          }
        }}
      />
      <ChevronDown aria-hidden size={14} className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 text-muted" />
      {open && (
        <div
          ref={list}
          id={`${id}-list`}
          role="listbox"
          aria-label={label}
          tabIndex={-1}
          className="absolute top-full left-0 z-30 mt-1 max-h-72 w-max max-w-[min(24rem,80vw)] min-w-full overflow-y-auto rounded-md border border-line-strong bg-surface p-1 shadow-lg"
          onMouseDown={(event) => event.preventDefault()}
        >
          {found.map((option, index) => (
            <div key={option.value}>
              {option.group !== undefined && option.group !== found[index - 1]?.group && (
                <div aria-hidden className="px-2 pt-2 pb-1 text-xs font-semibold text-muted">
                  {option.group}
                </div>
              )}
              {/* biome-ignore lint/a11y/useKeyWithClickEvents: the input has the keys */}
              <div
                id={`${id}-${index}`}
                data-at={index}
                role="option"
                tabIndex={-1}
                aria-selected={index === at}
                onClick={() => choose(option)}
                onMouseMove={() => setAt(index)}
                className={clsx(
                  "cursor-pointer rounded px-2 py-1 text-sm pointer-coarse:py-2.5",
                  index === at && "bg-accent-soft",
                )}
              >
                {option.label}
                {option.note !== undefined && <span className="ml-2 text-xs text-muted">{option.note}</span>}
              </div>
            </div>
          ))}
          {found.length === 0 && <p className="px-2 py-1 text-sm text-muted">Nothing is called so.</p>}
        </div>
      )}
    </div>
  );
}

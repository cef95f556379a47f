"use client";

import { type ComponentProps, useEffect, useState } from "react";
import { Input } from "@/ui/field";

interface NumberInputProps extends Omit<ComponentProps<"input">, "value" | "onChange" | "type"> {
  readonly label: string;
  /** Money may come as a decimal text, and is then kept as one. */
  readonly value: number | string | null;
  onNumber(value: number | null): void;
}

/** What is typed stays as it is typed; the rule gets the number, or null while there is none. */
export function NumberInput({ label, value, onNumber, className, ...rest }: NumberInputProps) {
  const [text, setText] = useState(value === null ? "" : String(value));
  useEffect(() => {
    setText((typed) =>
      numberIn(typed) === (value === null ? null : Number(value)) ? typed : value === null ? "" : String(value),
    );
  }, [value]);
  return (
    <Input
      inputMode="decimal"
      autoComplete="off"
      aria-label={label}
      aria-invalid={value === null || undefined}
      {...rest}
      className={className ?? "w-24"}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        onNumber(numberIn(event.target.value));
      }}
    />
  );
}

function numberIn(text: string): number | null {
  const plain = text.trim().replaceAll(/[\s,_](?=\d{3}\b)/g, "");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) && Number.isFinite(Number(plain)) ? Number(plain) : null;
}

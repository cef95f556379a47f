"use client";

import { useRef } from "react";
import { Field, Input, Textarea } from "@/ui/field";
import { VariableSelect } from "./variable-select";

interface TemplateInputProps {
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly placeholder?: string;
  readonly error?: string | undefined;
  readonly lines?: boolean;
  readonly variables: readonly string[];
  onChange(text: string): void;
}

/** A line or a few of Liquid, with variables to insert. */
export function TemplateInput({
  label,
  value,
  hint,
  placeholder,
  error,
  lines = false,
  variables,
  onChange,
}: TemplateInputProps) {
  const control = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const insert = (text: string) => {
    const element = control.current;
    const [start, end] = [element?.selectionStart ?? value.length, element?.selectionEnd ?? value.length];
    onChange(value.slice(0, start) + text + value.slice(end));
    requestAnimationFrame(() => {
      element?.focus();
      element?.setSelectionRange(start + text.length, start + text.length);
    });
  };
  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      aside={<VariableSelect into={label.toLowerCase()} variables={variables} onInsert={insert} />}
    >
      {(props) =>
        lines ? (
          <Textarea
            {...props}
            ref={control}
            rows={6}
            placeholder={placeholder}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            className="font-mono"
          />
        ) : (
          <Input
            {...props}
            ref={control}
            placeholder={placeholder}
            value={value}
            maxLength={1_000}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}

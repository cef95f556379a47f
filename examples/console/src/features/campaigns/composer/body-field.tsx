"use client";

import dynamic from "next/dynamic";
import { useId, useRef } from "react";
import { Skeleton } from "@/ui/panel";
import { VariableSelect } from "./variable-select";

const CodeEditor = dynamic(() => import("./code-editor").then(({ CodeEditor }) => CodeEditor), {
  ssr: false,
  loading: () => <Skeleton className="h-68 w-full" />,
});

interface BodyFieldProps {
  readonly value: string;
  readonly error: string | undefined;
  readonly hint: string;
  readonly variables: readonly string[];
  onChange(text: string): void;
}

export function BodyField({ value, error, hint, variables, onChange }: BodyFieldProps) {
  const note = useId();
  const insert = useRef<(text: string) => void>(() => undefined);
  return (
    <div data-field="Body" className="flex flex-col gap-1">
      <div className="flex items-center justify-between gap-2">
        <span className="text-xs font-semibold text-muted">Body</span>
        <VariableSelect into="body" variables={variables} onInsert={(text) => insert.current(text)} />
      </div>
      <CodeEditor
        label="Body"
        value={value}
        invalid={error !== undefined}
        describedBy={note}
        variables={variables}
        onChange={onChange}
        onReady={(put) => {
          insert.current = put;
        }}
      />
      <div
        id={note}
        role={error === undefined ? undefined : "alert"}
        className={`text-xs ${error === undefined ? "text-muted" : "text-bad"}`}
      >
        {error ?? hint}
      </div>
    </div>
  );
}

"use client";

import type { Issue, Rule } from "@crm-engine/core";
import { useState } from "react";
import { CopyButton } from "@/ui/copy-button";
import { Field, Textarea } from "@/ui/field";
import { faultOf } from "./builder/other-forms";

interface JsonViewProps {
  readonly rule: Rule;
  readonly issues: readonly Issue[];
  onChange(rule: Rule): void;
}

/** The whole rule as the API has it. What is typed becomes the rule as soon as it is JSON. */
export function JsonView({ rule, issues, onChange }: JsonViewProps) {
  const now = JSON.stringify(rule, null, 2);
  const [text, setText] = useState(now);
  const [said, setSaid] = useState(now);
  if (said !== now) {
    setSaid(now);
    setText(now);
  }
  const fault = faultOf(text);
  return (
    <div>
      <Field
        label="The rule as JSON"
        error={fault}
        hint="What you type or paste here is the rule as soon as it is JSON; the engine says below what is wrong in it."
      >
        {(control) => (
          <Textarea
            {...control}
            spellCheck={false}
            className="!min-h-80 font-mono !text-xs"
            rows={Math.min(40, text.split("\n").length + 1)}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              if (faultOf(event.target.value) !== undefined) return;
              const next = JSON.parse(event.target.value) as Rule;
              setSaid(JSON.stringify(next, null, 2));
              onChange(next);
            }}
          />
        )}
      </Field>
      {issues.length > 0 && fault === undefined && (
        <ul role="alert" className="mt-2 list-disc pl-5 text-sm text-bad">
          {issues.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code className="font-mono text-xs">{path === "" ? "rule" : path}</code> {message}
            </li>
          ))}
        </ul>
      )}
      <div className="mt-2">
        <CopyButton text={now} label="Copy the JSON" />
      </div>
    </div>
  );
}

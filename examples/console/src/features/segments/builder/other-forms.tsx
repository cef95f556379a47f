"use client";

import { useState } from "react";
import { Input, Textarea } from "@/ui/field";
import { Combo } from "../combo";
import { isRecord, type Json } from "../rule/leaf-form";
import { useRuleWorld } from "../rule-world";
import { NumberInput } from "./inputs/number-input";

interface FormProps {
  readonly leaf: Json;
  readonly name: string;
  onChange(leaf: Json): void;
}

export function SegmentForm({ leaf, name, onChange }: FormProps) {
  const { segments, segmentId } = useRuleWorld();
  const id = String(leaf.segment);
  return (
    <Combo
      label={`${name}: segment`}
      className="w-64 max-w-full"
      value={id}
      placeholder="Which segment?"
      invalid={id === ""}
      options={segments
        .filter((one) => one.id !== segmentId)
        .map((one) => ({ value: one.id, label: one.name, note: one.description.slice(0, 80) }))}
      onChange={(segment) => onChange({ segment })}
    />
  );
}

export function SampleForm({ leaf, name, onChange }: FormProps) {
  const sample = isRecord(leaf.sample) ? leaf.sample : {};
  const { seed, ...rest } = sample;
  return (
    <>
      <span className="text-sm text-muted">of</span>
      <NumberInput
        label={`${name}: percent`}
        className="!w-20"
        value={typeof sample.percent === "number" ? sample.percent : null}
        onNumber={(percent) => onChange({ sample: { ...sample, percent } })}
      />
      <span className="text-sm text-muted">% of everyone, drawn by</span>
      <Input
        aria-label={`${name}: seed`}
        className="!w-32"
        placeholder="no word"
        value={seed === undefined ? "" : String(seed)}
        onChange={(event) => onChange({ sample: event.target.value === "" ? rest : { ...rest, seed: event.target.value } })}
      />
      <span className="text-xs text-muted">The same word draws the same people.</span>
    </>
  );
}

/** What no form can show: its JSON, kept as it is until it is changed into other JSON. */
export function JsonForm({
  leaf,
  name,
  onChange,
}: {
  readonly leaf: unknown;
  readonly name: string;
  onChange(leaf: Json): void;
}) {
  const kept = JSON.stringify(leaf, null, 2);
  const [text, setText] = useState(kept);
  const [said, setSaid] = useState(kept);
  if (said !== kept) {
    setSaid(kept);
    setText(kept);
  }
  const wrong = faultOf(text);
  return (
    <div className="min-w-0 basis-full">
      <Textarea
        aria-label={`${name} as JSON`}
        aria-invalid={wrong !== undefined || undefined}
        spellCheck={false}
        className="font-mono !text-xs"
        rows={Math.min(12, text.split("\n").length + 1)}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          if (faultOf(event.target.value) !== undefined) return;
          const next = JSON.parse(event.target.value) as Json;
          setSaid(JSON.stringify(next, null, 2));
          onChange(next);
        }}
      />
      <p className="mt-1 text-xs text-muted">{wrong ?? "No form shows this condition; it is kept as it stands here."}</p>
    </div>
  );
}

export function faultOf(text: string): string | undefined {
  try {
    return isRecord(JSON.parse(text))
      ? undefined
      : "A condition is an object in braces. The rule stays as it was until it is one.";
  } catch (error) {
    return `This isn't JSON yet (${error instanceof Error ? error.message : String(error)}). The rule stays as it was until it is.`;
  }
}

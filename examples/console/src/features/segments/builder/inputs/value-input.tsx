"use client";

import { useId } from "react";
import { Input } from "@/ui/field";
import type { FieldType, Operand } from "../../rule/language";
import { isRecord } from "../../rule/leaf-form";
import { ListInput } from "./list-input";
import { NumberInput } from "./number-input";
import { DayFromTodayInput, LengthInput, TimeInput } from "./time-inputs";

interface ValueInputProps {
  readonly operand: Operand;
  readonly type: FieldType;
  readonly label: string;
  readonly value: unknown;
  readonly currency: string | undefined;
  readonly suggestions?: readonly string[];
  /** Its numbers are short. */
  readonly narrow?: boolean;
  onChange(value: unknown): void;
}

/** The value of a test, by what its operator takes. */
export function ValueInput({
  operand,
  type,
  label,
  value,
  currency,
  suggestions = [],
  narrow = false,
  onChange,
}: ValueInputProps) {
  const money = type === "money" && currency !== undefined ? <span className="text-sm text-muted">{currency}</span> : null;
  const [from = null, to = null] = Array.isArray(value) ? value : [];
  switch (operand) {
    case "none":
      return null;
    case "text":
      return (
        <TextInput label={label} value={typeof value === "string" ? value : ""} suggestions={suggestions} onChange={onChange} />
      );
    case "texts":
      return (
        <ListInput<string>
          label={label}
          values={Array.isArray(value) ? value : []}
          suggestions={suggestions}
          read={(text) => (text === "" ? undefined : text)}
          onChange={onChange}
        />
      );
    case "number":
      return (
        <>
          <NumberInput label={label} className={narrow ? "!w-14" : "!w-24"} value={numberOf(value)} onNumber={onChange} />
          {money}
        </>
      );
    case "numbers":
      return (
        <>
          <ListInput<number | string>
            label={label}
            values={Array.isArray(value) ? value : []}
            read={(text) => (text === "" || !Number.isFinite(Number(text)) ? undefined : Number(text))}
            onChange={onChange}
          />
          {money}
        </>
      );
    case "numberPair":
      return (
        <>
          <NumberInput
            label={`${label}: from`}
            className="!w-28"
            value={numberOf(from)}
            onNumber={(number) => onChange([number, to])}
          />
          <span className="text-sm text-muted">and</span>
          <NumberInput
            label={`${label}: to`}
            className="!w-28"
            value={numberOf(to)}
            onNumber={(number) => onChange([from, number])}
          />
          {money}
        </>
      );
    case "time":
    case "day":
      return (
        <TimeInput
          label={label}
          dayOnly={operand === "day"}
          value={typeof value === "string" ? value : null}
          onChange={onChange}
        />
      );
    case "timePair":
      return (
        <>
          <TimeInput label={`${label}: from`} value={from} onChange={(time) => onChange([time, to])} />
          <span className="text-sm text-muted">and</span>
          <TimeInput label={`${label}: to`} value={to} onChange={(time) => onChange([from, time])} />
        </>
      );
    case "duration":
      return <LengthInput label={label} value={value} onChange={onChange} />;
    case "dayFromToday":
      return <DayFromTodayInput label={label} value={value} onChange={onChange} />;
    case "daysAhead":
      return (
        <>
          <NumberInput
            label={`${label}: days`}
            className="!w-16"
            value={numberOf(isRecord(value) ? value.days : null)}
            onNumber={(days) => onChange({ days })}
          />
          <span className="text-sm text-muted">days</span>
        </>
      );
  }
}

const numberOf = (value: unknown): number | string | null =>
  typeof value === "number" || typeof value === "string" ? value : null;

function TextInput({
  label,
  value,
  suggestions,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly suggestions: readonly string[];
  onChange(value: string): void;
}) {
  const id = useId();
  return (
    <>
      <Input
        aria-label={label}
        list={suggestions.length > 0 ? id : undefined}
        autoComplete="off"
        className="!w-52 max-w-full"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {suggestions.length > 0 && (
        <datalist id={id}>
          {suggestions.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </>
  );
}

"use client";

import { Select } from "@/ui/field";
import { COUNT_WORDS, type FieldType, OPERATOR_WORDS } from "../rule/language";
import { comparisonOf } from "../rule/leaf-form";
import { useRuleWorld } from "../rule-world";
import { carried } from "./field-form";
import { ValueInput } from "./inputs/value-input";
import { Meaning } from "./meaning";

interface ComparisonFormProps {
  readonly label: string;
  readonly type: FieldType;
  readonly operators: readonly string[];
  readonly value: unknown;
  /** "at least 3 times" in place of "is at least 3". */
  readonly counts?: boolean;
  onChange(value: unknown): void;
}

/** `{ gte: 3 }`, of a measure or a count. */
export function ComparisonForm({ label, type, operators, value, counts = false, onChange }: ComparisonFormProps) {
  const { currency } = useRuleWorld();
  const [op, held] = comparisonOf(value);
  const operandOf = (name: string) => OPERATOR_WORDS[type][name]?.operand ?? "none";
  const operand = operandOf(op);
  const put = (name: string, next: unknown) => onChange({ [name]: next === undefined ? true : next });
  return (
    <>
      <Select
        aria-label={`${label}: comparison`}
        className="!w-auto max-w-full field-sizing-content !pr-1"
        value={op}
        onChange={(event) => put(event.target.value, carried(operand, operandOf(event.target.value), held))}
      >
        {Object.keys(OPERATOR_WORDS[type])
          .filter((name) => operators.includes(name))
          .map((name) => (
            <option key={name} value={name}>
              {(counts ? COUNT_WORDS[name] : undefined) ?? OPERATOR_WORDS[type][name]?.words}
            </option>
          ))}
      </Select>
      <ValueInput
        narrow={counts}
        operand={operand}
        type={type}
        label={label}
        value={held}
        currency={currency}
        onChange={(next) => put(op, next)}
      />
      {counts && <span className="text-sm text-muted">{held === 1 ? "time" : "times"}</span>}
      {type === "date" && <Meaning op={op} value={held} />}
    </>
  );
}

"use client";

import { useState } from "react";
import { type FieldType, fieldWords, firstValue, KNOWN_VALUES, OPERATOR_WORDS, typeRead } from "../rule/language";
import { fieldNamed, type Json, type Scope } from "../rule/leaf-form";
import { useRuleWorld } from "../rule-world";
import { ValueInput } from "./inputs/value-input";
import { Meaning } from "./meaning";
import { OperatorSelect } from "./operator-select";

interface FieldFormProps {
  readonly leaf: Json;
  readonly scope: Scope;
  readonly name: string;
  onChange(leaf: Json): void;
}

export function FieldForm({ leaf, scope, name, onChange }: FieldFormProps) {
  const { catalogue, examples, currency } = useRuleWorld();
  // While there is no value, nothing in the rule says as what it will be read.
  const [chosen, setChosen] = useState<FieldType>();
  const [fieldName, op] = [String(leaf.field), String(leaf.op)];
  const field = fieldNamed(fieldName, scope, catalogue);
  const read = field && typeRead(field.types, op, leaf.value);
  if (field === undefined || read === undefined) return null;
  const open = leaf.value === null || (Array.isArray(leaf.value) && (leaf.value.length === 0 || leaf.value[0] === null));
  const type =
    open && chosen !== undefined && field.types.includes(chosen) && OPERATOR_WORDS[chosen][op] !== undefined ? chosen : read;
  const operand = OPERATOR_WORDS[type][op]?.operand ?? "none";
  const suggestions =
    KNOWN_VALUES[scope][fieldName] ?? (scope === "customer" ? examples.fields.get(fieldName)?.values : undefined) ?? [];
  return (
    <>
      <OperatorSelect
        label={`${name}: operator`}
        field={field}
        type={type}
        op={op}
        onChange={(nextType, nextOp) => {
          setChosen(nextType);
          const next = OPERATOR_WORDS[nextType][nextOp]?.operand ?? "none";
          const value = next === operand && nextType === type ? leaf.value : carried(operand, next, leaf.value);
          onChange({ field: fieldName, op: nextOp, ...(value === undefined ? {} : { value }) });
        }}
      />
      <ValueInput
        key={`${type} ${operand}`}
        operand={operand}
        type={type}
        label={`${name}: ${fieldWords(fieldName, scope)}`}
        value={leaf.value}
        currency={currency}
        suggestions={suggestions}
        onChange={(value) => onChange({ ...leaf, value })}
      />
      {type === "date" && <Meaning op={op} value={leaf.value} />}
    </>
  );
}

/** What of a value fits the next operator too. */
export function carried(from: string, to: string, value: unknown): unknown {
  const fresh = firstValue(to as Parameters<typeof firstValue>[0]);
  if (from === to) return value;
  if ((from === "text" && to === "texts") || (from === "number" && to === "numbers"))
    return value === "" || value === null ? fresh : [value];
  if ((from === "texts" && to === "text") || (from === "numbers" && to === "number"))
    return Array.isArray(value) ? (value[0] ?? fresh) : fresh;
  return fresh;
}

"use client";

import { Select } from "@/ui/field";
import { type CatalogueField, type FieldType, OPERATOR_WORDS, TYPE_WORDS } from "../rule/language";

interface OperatorSelectProps {
  readonly label: string;
  readonly field: CatalogueField;
  readonly type: FieldType;
  readonly op: string;
  onChange(type: FieldType, op: string): void;
}

const PRESENCE = ["exists", "notExists"];

/** Operators in words; of an attribute that may be anything, by what it is read as. */
export function OperatorSelect({ label, field, type, op, onChange }: OperatorSelectProps) {
  const several = field.types.length > 1;
  const offered = (of: FieldType) =>
    Object.entries(OPERATOR_WORDS[of]).filter(
      ([name]) => field.operators.includes(name) && !(several && PRESENCE.includes(name)),
    );
  return (
    <Select
      aria-label={label}
      className="!w-auto max-w-full field-sizing-content !pr-1"
      value={several && PRESENCE.includes(op) ? op : `${type} ${op}`}
      onChange={(event) => {
        const [first = "", second] = event.target.value.split(" ");
        if (second === undefined) onChange(type, first);
        else onChange(first as FieldType, second);
      }}
    >
      {several ? (
        <>
          {PRESENCE.filter((name) => field.operators.includes(name)).map((name) => (
            <option key={name} value={name}>
              {OPERATOR_WORDS.string[name]?.words}
            </option>
          ))}
          {field.types.map((one) => (
            <optgroup key={one} label={`As ${TYPE_WORDS[one]}`}>
              {offered(one).map(([name, { words }]) => (
                <option key={name} value={`${one} ${name}`}>
                  {words}
                </option>
              ))}
            </optgroup>
          ))}
        </>
      ) : (
        offered(type).map(([name, { words }]) => (
          <option key={name} value={`${type} ${name}`}>
            {words}
          </option>
        ))
      )}
    </Select>
  );
}

"use client";

import { Select } from "@/ui/field";
import type { Json } from "../rule/leaf-form";
import { LengthInput } from "./inputs/time-inputs";
import { Meaning } from "./meaning";

/** "in the last 90 days", or at any time. */
export function WithinForm({
  label,
  query,
  onChange,
}: {
  readonly label: string;
  readonly query: Json;
  onChange(query: Json): void;
}) {
  const { within, ...rest } = query;
  return (
    <>
      <Select
        aria-label={`${label}: when`}
        className="!w-auto max-w-full field-sizing-content !pr-1"
        value={within === undefined ? "ever" : "within"}
        onChange={(event) => onChange(event.target.value === "ever" ? rest : { ...rest, within: { days: 90 } })}
      >
        <option value="ever">at any time</option>
        <option value="within">in the last</option>
      </Select>
      {within !== undefined && (
        <>
          <LengthInput
            label={`${label}: in the last`}
            value={within}
            onChange={(length) => onChange({ ...query, within: length })}
          />
          <Meaning op="inLast" value={within} />
        </>
      )}
    </>
  );
}

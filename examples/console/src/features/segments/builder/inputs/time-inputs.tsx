"use client";

import { useState } from "react";
import { Input, Select } from "@/ui/field";
import { DAY_UNITS, UNITS } from "../../rule/language";
import { isRecord } from "../../rule/leaf-form";
import { NumberInput } from "./number-input";

const DAY = /^\d{4}-\d\d-\d\d$/;
const WALL_CLOCK = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/;

type TimeForm = "day" | "time" | "text";
const formOf = (value: string | null): TimeForm =>
  value === null || DAY.test(value) ? "day" : WALL_CLOCK.test(value) ? "time" : "text";
const INPUTS: Readonly<Record<TimeForm, string>> = { day: "date", time: "datetime-local", text: "text" };

/** A day, a day with a time, or exact text with an offset. */
export function TimeInput({
  label,
  value,
  dayOnly = false,
  onChange,
}: {
  readonly label: string;
  readonly value: string | null;
  readonly dayOnly?: boolean;
  onChange(value: string | null): void;
}) {
  const [wanted, setWanted] = useState<TimeForm>(formOf(value));
  const form = value === null ? wanted : formOf(value) === "text" ? "text" : wanted === "text" ? "text" : formOf(value);
  return (
    <span className="inline-flex flex-wrap items-center gap-1">
      <Input
        key={form}
        type={INPUTS[form]}
        aria-label={label}
        aria-invalid={value === null || undefined}
        className="!w-auto max-w-full field-sizing-content !pr-1"
        placeholder="2026-01-31T09:30:00Z"
        value={value ?? ""}
        onChange={(event) => onChange(event.target.value === "" ? null : event.target.value)}
      />
      {!dayOnly && (
        <Select
          aria-label={`${label}: how exact`}
          className="!w-auto max-w-full field-sizing-content !pr-1"
          value={form}
          onChange={(event) => {
            const next = event.target.value as TimeForm;
            setWanted(next);
            if (value === null || next === "text") return;
            const day = value.slice(0, 10);
            onChange(next === "day" ? (DAY.test(day) ? day : null) : DAY.test(day) ? `${day}T00:00` : null);
          }}
        >
          <option value="day">day</option>
          <option value="time">day and time</option>
          <option value="text">with an offset</option>
        </Select>
      )}
    </span>
  );
}

/** A whole number of a unit. */
export function LengthInput({
  label,
  value,
  units = UNITS,
  onChange,
}: {
  readonly label: string;
  readonly value: unknown;
  readonly units?: readonly string[];
  onChange(value: unknown): void;
}) {
  const [unit = "days", amount = null] = isRecord(value) ? (Object.entries(value)[0] ?? []) : [];
  return (
    <span className="inline-flex items-center gap-1">
      <NumberInput
        label={`${label}: how many`}
        className="!w-16"
        value={typeof amount === "number" ? amount : null}
        onNumber={(number) => onChange({ [unit]: number })}
      />
      <Select
        aria-label={`${label}: unit`}
        className="!w-auto max-w-full field-sizing-content !pr-1"
        value={unit}
        onChange={(event) => onChange({ [event.target.value]: amount })}
      >
        {units.map((name) => (
          <option key={name} value={name}>
            {amount === 1 ? name.slice(0, -1) : name}
          </option>
        ))}
      </Select>
    </span>
  );
}

/** One day, told from today. */
export function DayFromTodayInput({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: unknown;
  onChange(value: unknown): void;
}) {
  const held = isRecord(value) ? value : {};
  const way = held.in === undefined ? "ago" : "in";
  return (
    <span className="inline-flex flex-wrap items-center gap-1">
      <LengthInput label={label} units={DAY_UNITS} value={held[way]} onChange={(length) => onChange({ [way]: length })} />
      <Select
        aria-label={`${label}: before or after today`}
        className="!w-auto max-w-full field-sizing-content !pr-1"
        value={way}
        onChange={(event) => onChange({ [event.target.value]: held[way] })}
      >
        <option value="ago">ago</option>
        <option value="in">from today</option>
      </Select>
    </span>
  );
}

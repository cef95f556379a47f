"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { useParams } from "@/api/use-param";
import { IconButton } from "@/ui/button";
import { Field, Select } from "@/ui/field";
import { DayRange } from "../day-range";
import { addDays, daysBetween, todayIn } from "../days";
import { PRESETS, type Range } from "./ranges";

/** Which days, and in what steps: by a preset, by dates, or one range back and forth. */
export function RangePicker({ range, timeZone }: { readonly range: Range | undefined; readonly timeZone: string }) {
  const [, change] = useParams();
  const today = todayIn(timeZone);
  const preset = PRESETS.find(({ of }) => {
    const { from, to } = of(today);
    return from === range?.from && to === range.to;
  });
  const move = (steps: number) => {
    if (range === undefined) return;
    const days = daysBetween(range.from, range.to) * steps;
    change({ from: addDays(range.from, days), to: addDays(range.to, days), by: range.by });
  };
  return (
    <div className="grid grid-cols-2 items-start gap-3 sm:grid-cols-[10rem_9rem_9rem_7rem_auto]">
      <Field label="Range">
        {(control) => (
          <Select
            {...control}
            value={preset?.id ?? ""}
            onChange={({ target }) => {
              const wanted = PRESETS.find(({ id }) => id === target.value)?.of(today);
              if (wanted !== undefined) change({ ...wanted });
            }}
          >
            <option value="" disabled>
              by dates
            </option>
            {PRESETS.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="In steps of a" className="sm:order-4">
        {(control) => (
          <Select {...control} value={range?.by ?? "day"} onChange={({ target }) => change({ by: target.value })}>
            <option value="day">day</option>
            <option value="week">week</option>
            <option value="month">month</option>
          </Select>
        )}
      </Field>
      <DayRange fallback={range} />
      <div className="flex gap-1 self-end sm:order-5 sm:mt-5 sm:self-start">
        <IconButton label="As many days before" onClick={() => move(-1)}>
          <ChevronLeft aria-hidden size={18} />
        </IconButton>
        <IconButton label="As many days after" onClick={() => move(1)}>
          <ChevronRight aria-hidden size={18} />
        </IconButton>
      </div>
    </div>
  );
}

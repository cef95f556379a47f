"use client";

import { useEffect, useRef, useState } from "react";
import { type ParamChange, useParams } from "@/api/use-param";
import { Button } from "@/ui/button";
import { Field, Input, Select } from "@/ui/field";
import { DayRange } from "./day-range";
import { ORDER_FILTERS, type OrderFilter } from "./order-query";

const TEXTS: readonly (readonly [OrderFilter, string])[] = [
  ["customerId", "Customer"],
  ["sku", "SKU"],
  ["channel", "Channel"],
  ["batchId", "Upload"],
];
const TYPING_MS = 400;

/** All that is given must hold; the address keeps it. */
export function OrderFilters() {
  const [params, change] = useParams();
  const set = (what: ParamChange) => change({ ...what, cursor: null });
  const filtered = ORDER_FILTERS.some((name) => params.has(name));
  return (
    <search aria-label="Filters" className="grid grid-cols-2 items-start gap-3 px-4 pb-3 sm:grid-cols-4 lg:grid-cols-8">
      <DayRange />
      {TEXTS.map(([name, label]) => (
        <TextFilter key={name} label={label} value={params.get(name) ?? ""} onChange={(value) => set({ [name]: value })} />
      ))}
      <Field label="Type">
        {(control) => (
          <Select {...control} value={params.get("type") ?? ""} onChange={({ target }) => set({ type: target.value })}>
            <option value="">any</option>
            <option value="purchase">purchase</option>
            <option value="refund">refund</option>
          </Select>
        )}
      </Field>
      <Field label="Status">
        {(control) => (
          <Select {...control} value={params.get("status") ?? ""} onChange={({ target }) => set({ status: target.value })}>
            <option value="">any</option>
            <option value="placed">placed</option>
            <option value="cancelled">cancelled</option>
          </Select>
        )}
      </Field>
      {filtered && (
        <Button
          small
          look="quiet"
          className="col-span-full justify-self-start"
          onClick={() => set(Object.fromEntries(ORDER_FILTERS.map((name) => [name, null])))}
        >
          Clear all filters
        </Button>
      )}
    </search>
  );
}

/** Goes into the address when the typing rests. */
function TextFilter({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  const said = useRef(value);
  useEffect(() => {
    // The address was changed by something else: a link, or going back.
    if (value !== said.current) setText(value);
    said.current = value;
  }, [value]);
  const say = (wanted: string) => {
    if (wanted === said.current) return;
    said.current = wanted;
    onChange(wanted);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the wait
  useEffect(() => {
    const timer = setTimeout(() => say(text.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <Field label={label}>
      {(control) => (
        <Input
          {...control}
          value={text}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => say(text.trim())}
          onKeyDown={(event) => {
            if (event.key === "Enter") say(text.trim());
          }}
        />
      )}
    </Field>
  );
}

"use client";

import { formatTime } from "@/api/format";
import { useParams } from "@/api/use-param";
import { Field, Input } from "@/ui/field";
import { addDays, isDay } from "./days";

/** First and last day, as people say them; the address holds the API's `from`, and `to` before which it ends. */
export function DayRange({ fallback }: { readonly fallback?: { readonly from: string; readonly to: string } | undefined }) {
  const [params, change] = useParams();
  const [from, to] = [params.get("from") ?? fallback?.from ?? "", params.get("to") ?? fallback?.to ?? ""];
  const set = (what: { readonly from?: string; readonly to?: string }) => change({ ...what, cursor: null });
  return (
    <>
      <Field label="First day" hint={instantHint(from)}>
        {(control) => (
          <Input
            {...control}
            type="date"
            value={isDay(from) ? from : ""}
            onChange={({ target }) => set({ from: target.value })}
          />
        )}
      </Field>
      <Field label="Last day" hint={instantHint(to)}>
        {(control) => (
          <Input
            {...control}
            type="date"
            value={isDay(to) ? addDays(to, -1) : ""}
            onChange={({ target }) => set({ to: target.value === "" ? "" : addDays(target.value, 1) })}
          />
        )}
      </Field>
    </>
  );
}

/** A link may name a time within a day. */
function instantHint(value: string): string | undefined {
  if (value === "" || isDay(value)) return undefined;
  return Number.isNaN(Date.parse(value)) ? `${value} is no day` : formatTime(value);
}

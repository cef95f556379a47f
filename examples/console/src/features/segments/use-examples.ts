"use client";

import type { Customer } from "@crm-engine/core";
import { useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { ATTRIBUTE } from "./rule/language";

/** Customers that are looked at for examples. */
const LOOKED_AT = 100;
const KEPT = 20;

/** Values that were seen, by field, and how many of those looked at have one. */
export interface Examples {
  readonly of: number;
  readonly fields: ReadonlyMap<string, Example>;
}
export interface Example {
  readonly known: number;
  readonly values: readonly string[];
}

export const NO_EXAMPLES: Examples = { of: 0, fields: new Map() };

/** From the first customers: one page, never a scan. */
export function useExamples(): Examples {
  const engine = useEngine();
  const { data } = useQuery({
    queryKey: ["customers", "examples"],
    queryFn: async () => examplesIn((await engine.customers.list({ limit: LOOKED_AT })).items),
    staleTime: 600_000,
  });
  return data ?? NO_EXAMPLES;
}

function examplesIn(customers: readonly Customer[]): Examples {
  const seen = new Map<string, { known: number; readonly values: Set<string> }>();
  const see = (field: string, values: readonly unknown[]) => {
    const held = seen.get(field) ?? { known: 0, values: new Set<string>() };
    held.known++;
    for (const value of values) if (held.values.size < KEPT) held.values.add(String(value));
    seen.set(field, held);
  };
  for (const customer of customers) {
    for (const [name, value] of Object.entries(customer.attributes)) see(ATTRIBUTE + name, [value].flat());
    for (const field of ["id", "email", "phone", "name", "timeZone"] as const) {
      if (customer[field] !== undefined) see(field, [customer[field]]);
    }
    if (customer.tags.length > 0) see("tags", customer.tags);
  }
  return {
    of: customers.length,
    fields: new Map([...seen].map(([field, { known, values }]) => [field, { known, values: [...values].sort() }])),
  };
}

"use client";

import type { Customer } from "@crm-engine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useEngine } from "@/api/engine";
import { useSettled } from "@/api/use-settled";
import { Field, Input } from "@/ui/field";

const PAUSE_MS = 250;

/** Finds a customer to see the message as. */
export function MemberSearch({ onChoose }: { onChoose(customer: Pick<Customer, "id" | "name">): void }) {
  const engine = useEngine();
  const [text, setText] = useState("");
  const asked = useSettled(text.trim(), PAUSE_MS);
  const found = useQuery({
    queryKey: ["customers", "search", asked],
    enabled: asked !== "",
    queryFn: () => engine.customers.search(asked, { limit: 6 }),
    placeholderData: keepPreviousData,
  });
  return (
    <div>
      <Field label="See it as" hint="Id, name, e-mail or phone begins with">
        {(control) => (
          <Input {...control} type="search" autoComplete="off" value={text} onChange={(event) => setText(event.target.value)} />
        )}
      </Field>
      {asked !== "" && found.data !== undefined && (
        <ul className="mt-1 rounded-md border border-line" aria-label="Customers found">
          {found.data.items.map((customer) => (
            <li key={customer.id} className="border-b border-line last:border-b-0">
              <button
                type="button"
                className="w-full px-2.5 py-1.5 text-left text-table hover:bg-sunken"
                onClick={() => {
                  onChoose(customer);
                  setText("");
                }}
              >
                <span className="font-medium">{customer.name ?? customer.id}</span>{" "}
                <span className="text-muted">{customer.email ?? customer.phone ?? "no address"}</span>
              </button>
            </li>
          ))}
          {found.data.items.length === 0 && <li className="px-2.5 py-1.5 text-table text-muted">Nobody is found by that.</li>}
        </ul>
      )}
    </div>
  );
}

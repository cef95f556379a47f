"use client";

import type { Customer, Rule } from "@crm-engine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useEngine } from "@/api/engine";
import { useAllSegments } from "@/api/use-all";
import { useEngineSettings } from "@/api/use-engine-settings";
import { useParams } from "@/api/use-param";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { Loaded } from "@/ui/data-table";
import { Field, Input } from "@/ui/field";
import { Panel } from "@/ui/panel";
import { useDescribe } from "../use-description";
import { WhyTree } from "./why-tree";

const FOUND = 6;

/** Why a customer is in, or out. Whom it is about stands in the address. */
export function WhyPanel({ rule, timeZone }: { readonly rule: Rule; readonly timeZone: string | undefined }) {
  const [params, change] = useParams();
  const customerId = params.get("why");
  return (
    <Panel title="Why in or out?" note="Of one customer: the verdict at each part of the rule, with what was seen.">
      <CustomerFinder onFind={(id) => change({ why: id })} />
      {customerId !== null && <Why key={customerId} rule={rule} timeZone={timeZone} customerId={customerId} />}
    </Panel>
  );
}

function CustomerFinder({ onFind }: { onFind(id: string): void }) {
  const engine = useEngine();
  const [text, setText] = useState("");
  const wanted = text.trim();
  const { data, error } = useQuery({
    queryKey: ["customers", "find", wanted],
    queryFn: () => engine.customers.search(wanted, { limit: FOUND }),
    enabled: wanted !== "",
    placeholderData: keepPreviousData,
  });
  return (
    <div>
      <Field label="Search a customer" hint="By what the id, e-mail, phone or name begins with.">
        {(control) => (
          <Input {...control} type="search" autoComplete="off" value={text} onChange={(event) => setText(event.target.value)} />
        )}
      </Field>
      {wanted !== "" && error !== null && <p className="mt-2 text-sm text-bad">The search failed; it is tried again.</p>}
      {wanted !== "" && data !== undefined && (
        <ul aria-label="Customers that were found" className="mt-2 flex flex-col gap-1">
          {data.items.map((customer) => (
            <li key={customer.id}>
              <Button
                look="plain"
                className="w-full !justify-start"
                onClick={() => {
                  onFind(customer.id);
                  setText("");
                }}
              >
                <span className="truncate">{nameOf(customer)}</span>
              </Button>
            </li>
          ))}
          {data.items.length === 0 && <li className="text-sm text-muted">Nobody was found.</li>}
        </ul>
      )}
    </div>
  );
}

const nameOf = ({ id, name, email, phone }: Customer): string => [name, email ?? phone, id].filter(Boolean).join(" · ");

function Why({
  rule,
  timeZone,
  customerId,
}: {
  readonly rule: Rule;
  readonly timeZone: string | undefined;
  readonly customerId: string;
}) {
  const engine = useEngine();
  const segments = useAllSegments();
  const { currency } = useEngineSettings();
  const items = segments.data?.items ?? [];
  const describe = useDescribe(items, currency);
  const request = { rule, customerId, ...(timeZone === undefined ? {} : { timeZone }) };
  const query = useQuery({ queryKey: ["segments", "explain", request], queryFn: () => engine.segments.explain(request) });
  return (
    <div className="mt-3" aria-live="polite">
      <Loaded query={query}>
        {({ matches, tree }) => (
          <>
            <p className="mb-2 flex flex-wrap items-center gap-2 text-sm">
              <span className="font-semibold break-all">{customerId}</span>
              <Badge tone={matches ? "good" : "bad"}>{matches ? "is in" : "is out"}</Badge>
              <CopyAsCurl method="POST" path="/api/segments/explain" body={request} />
            </p>
            <WhyTree
              node={tree}
              describe={describe}
              currency={currency}
              segmentName={(id) => items.find((one) => one.id === id)?.name ?? id}
            />
          </>
        )}
      </Loaded>
    </div>
  );
}

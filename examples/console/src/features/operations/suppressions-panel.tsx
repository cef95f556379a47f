"use client";

import type { Channel } from "@crm-engine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useEngine } from "@/api/engine";
import { POLL_MS } from "@/api/live";
import { useParams } from "@/api/use-param";
import type { Suppression } from "@/api/views";
import { type Decision, DecisionDialog } from "@/features/suppressions/decision-dialog";
import { EvidenceList } from "@/features/suppressions/evidence-list";
import { CHANNEL_WORDS, CHANNELS, EVIDENCE_WORDS } from "@/features/suppressions/words";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { type Column, DataTable, PAGE_SIZE } from "@/ui/data-table";
import { Field, Input, Select } from "@/ui/field";
import { Empty, Panel } from "@/ui/panel";
import { Time } from "@/ui/time";

/** All that are suppressed, by their hashes; or what is known of one address. */
export function SuppressionsPanel() {
  const engine = useEngine();
  const [params, change] = useParams();
  const channel = CHANNELS.find((one) => one === params.get("channel"));
  const address = params.get("address") ?? "";
  const cursor = params.get("cursor");
  const [decision, setDecision] = useState<Decision>();
  const of = channel === undefined ? {} : { channel };
  const query = useQuery({
    queryKey: ["suppressions", { channel, address, cursor }],
    queryFn: async () =>
      address === ""
        ? engine.suppressions.list(of, { limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) })
        : { items: await engine.suppressions.find(address, of), nextCursor: null },
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });
  const asked = new URLSearchParams([...Object.entries(of), ...(address === "" ? [] : [["address", address]])]).toString();
  return (
    <Panel
      flush
      title="Suppressed addresses"
      note="Nobody is written to there, whoever has them. They are kept as hashes, which tell nobody what the address is."
      actions={<CopyAsCurl method="GET" path={`/api/suppressions${asked === "" ? "" : `?${asked}`}`} />}
    >
      <div className="flex flex-wrap items-end gap-3 px-4 pb-3">
        <FindAddress
          key={address}
          address={address}
          onFind={(wanted) => change({ address: wanted, cursor: null }, { push: true })}
        />
        <Field label="Channel" className="w-36">
          {(control) => (
            <Select
              {...control}
              value={channel ?? ""}
              onChange={(event) => change({ channel: event.target.value as Channel | "", cursor: null })}
            >
              <option value="">all</option>
              {CHANNELS.map((one) => (
                <option key={one} value={one}>
                  {CHANNEL_WORDS[one]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {address !== "" && query.isSuccess && (
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => setDecision({ kind: "suppress", address, ...of })}>Suppress this address…</Button>
            {query.data?.items.some(({ suppressed }) => suppressed) && (
              <Button onClick={() => setDecision({ kind: "lift", address, ...of })}>Lift by hand…</Button>
            )}
          </div>
        )}
      </div>
      <div className="border-t border-line">
        <DataTable
          label="Suppressed addresses"
          query={query}
          keyOf={({ channel: one, addressHash }) => `${one} ${addressHash}`}
          columns={COLUMNS}
          empty={
            address === "" ? (
              <Empty title="No address is suppressed">
                Who unsubscribes or complains, and what bounces, stands here by itself. To suppress one by hand, find it above.
              </Empty>
            ) : (
              <Empty
                title={`Nothing is known of ${address}`}
                actions={<Button onClick={() => change({ address: null })}>Show all that are suppressed</Button>}
              >
                No message came back from there, and nobody said anything of it. It can be suppressed by hand all the same.
              </Empty>
            )
          }
        />
      </div>
      {decision !== undefined && <DecisionDialog decision={decision} onClose={() => setDecision(undefined)} />}
    </Panel>
  );
}

function FindAddress({ address, onFind }: { readonly address: string; readonly onFind: (address: string) => void }) {
  const [text, setText] = useState(address);
  return (
    <form
      className="flex min-w-72 flex-1 items-end gap-2 sm:max-w-md"
      onSubmit={(event) => {
        event.preventDefault();
        onFind(text.trim());
      }}
    >
      <Field label="Find an address" className="flex-1">
        {(control) => (
          <Input
            {...control}
            type="search"
            value={text}
            maxLength={400}
            placeholder="ann@example.com, +44…"
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit">Find</Button>
    </form>
  );
}

const COLUMNS: readonly Column<Suppression>[] = [
  {
    head: "Address",
    cell: ({ channel, addressHash }) => (
      <>
        <span className="font-medium">{CHANNEL_WORDS[channel]}</span>
        <code title={addressHash} className="block max-w-20 truncate font-mono text-xs text-muted md:max-w-none">
          {addressHash}
        </code>
      </>
    ),
  },
  {
    head: "State",
    cell: ({ suppressed, suppressedBy }) => (
      <>
        <Badge tone={suppressed ? "bad" : "good"}>{suppressed ? "suppressed" : "not suppressed"}</Badge>
        {suppressedBy !== undefined && <span className="block text-xs text-muted">{EVIDENCE_WORDS[suppressedBy]}</span>}
      </>
    ),
  },
  { head: "Since", wideOnly: true, cell: ({ since }) => (since === undefined ? "–" : <Time at={since} />) },
  { head: "Evidence", cell: ({ evidence }) => <EvidenceList evidence={evidence} /> },
];

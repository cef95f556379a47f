"use client";

import { useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { POLL_MS } from "@/api/live";
import { useParams } from "@/api/use-param";
import type { WorkerProcess } from "@/api/views";
import { Badge, type Tone } from "@/ui/badge";
import { CopyAsCurl } from "@/ui/copy-button";
import { type Column, DataTable } from "@/ui/data-table";
import { Checkbox } from "@/ui/field";
import { Empty, Panel } from "@/ui/panel";
import { Ago, Time } from "@/ui/time";
import { Named } from "./named";
import { StartWorker } from "./start-worker";

const ORDER = ["alive", "silent", "ended"] as const satisfies readonly WorkerProcess["state"][];
const TONES: Readonly<Record<WorkerProcess["state"], Tone>> = { alive: "good", silent: "bad", ended: "plain" };
const SHOWN = 100;

export function WorkersPanel() {
  const engine = useEngine();
  const [params, change] = useParams();
  const withEnded = params.get("ended") !== null;
  const query = useQuery({
    queryKey: ["workers"],
    queryFn: () => engine.health.workers(),
    refetchInterval: POLL_MS,
    select: (all) => {
      const shown = ORDER.flatMap((state) => (state === "ended" && !withEnded ? [] : all.filter((one) => one.state === state)));
      return {
        items: shown.slice(0, SHOWN),
        nextCursor: null,
        ended: all.filter(({ state }) => state === "ended").length,
        works: all.some(({ role, state }) => role === "worker" && state === "alive"),
      };
    },
  });
  const ended = query.data?.ended ?? 0;
  return (
    <Named id="workers" ready={query.data !== undefined}>
      <Panel
        flush
        title="Processes"
        note="API servers and workers that were heard of within a day."
        actions={
          <>
            {ended > 0 && (
              <Checkbox
                label={`Ended ones too (${ended})`}
                checked={withEnded}
                onChange={() => change({ ended: withEnded ? null : "1" })}
              />
            )}
            <CopyAsCurl method="GET" path="/api/workers" />
          </>
        }
      >
        {query.data !== undefined && !query.data.works && (
          <div role="status" className="mx-4 mb-3 rounded-md bg-bad-soft px-3 py-2 text-sm">
            <p className="font-semibold text-bad">No worker is alive</p>
            <p>What is uploaded and launched is kept, and waits until there is one.</p>
            <StartWorker />
          </div>
        )}
        <DataTable
          label="Processes"
          query={query}
          keyOf={({ id }) => id}
          columns={COLUMNS}
          empty={<Empty title="No process was heard of">Each says every 3 seconds that it is alive.</Empty>}
        />
      </Panel>
    </Named>
  );
}

const COLUMNS: readonly Column<WorkerProcess>[] = [
  {
    head: "Process",
    cell: ({ role, host, pid, version }) => (
      <>
        <span className="font-medium">{role === "api" ? "API server" : "Worker"}</span>
        <span className="block text-xs text-muted max-md:break-all md:whitespace-nowrap">
          {host}, pid {pid}, {version}
        </span>
      </>
    ),
  },
  { head: "State", cell: ({ state }) => <Badge tone={TONES[state]}>{state}</Badge> },
  { head: "Since", wideOnly: true, cell: ({ startedAt }) => <Time at={startedAt} /> },
  { head: "Heard of", wideOnly: true, cell: ({ seenAt }) => <Ago at={seenAt} /> },
  { head: "Does", cell: ({ doing }) => <Doing doing={doing} /> },
];

function Doing({ doing }: Pick<WorkerProcess, "doing">) {
  if (doing.length === 0) return <span className="text-muted">answers calls</span>;
  return (
    <ul className="flex min-w-20 flex-wrap gap-x-3 gap-y-1">
      {doing.map(({ duty, inHand, trouble }) => (
        <li key={duty} className={trouble === undefined ? "" : "basis-full"}>
          {duty}
          {inHand > 0 && <span className="text-muted"> ({inHand} in hand)</span>}
          {trouble !== undefined && (
            <>
              {" "}
              <Badge tone="bad">in trouble</Badge> {trouble.reason}{" "}
              <span className="text-muted">
                since <Ago at={trouble.since} />
              </span>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

"use client";

import type { DeadLetter, Topic } from "@crm-engine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useEngine } from "@/api/engine";
import { POLL_MS } from "@/api/live";
import { useParams } from "@/api/use-param";
import { CopyAsCurl } from "@/ui/copy-button";
import { DataTable } from "@/ui/data-table";
import { Field, Select } from "@/ui/field";
import { Empty, Panel } from "@/ui/panel";
import { useQueues } from "../use-queues";
import { deadLetterColumns, keyOfLetter } from "./dead-letter-columns";
import { DeadLetterTools } from "./dead-letter-tools";

const PAGE = 25;

export function DeadLetters() {
  const [params] = useParams();
  const { data } = useQueues();
  const topic = data?.find((depth) => depth.topic === params.get("topic"))?.topic;
  const cursor = params.get("cursor");
  // What was chosen on one page is not chosen on another.
  return data === undefined && params.get("topic") !== null ? null : (
    <LetterPage key={`${topic} ${cursor}`} topic={topic} cursor={cursor} />
  );
}

function LetterPage({ topic, cursor }: { readonly topic: Topic | undefined; readonly cursor: string | null }) {
  const engine = useEngine();
  const [, change] = useParams();
  const { data: depths = [] } = useQueues();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const filter = topic === undefined ? {} : { topic };
  const query = useQuery({
    queryKey: ["dead-letters", { topic, cursor }],
    queryFn: () => engine.queues.deadLetters(filter, { limit: PAGE, ...(cursor === null ? {} : { cursor }) }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });
  const letters = query.data?.items ?? [];
  const toggle = (letter: DeadLetter) => {
    const key = keyOfLetter(letter);
    setChosen((before) => (before.has(key) ? new Set([...before].filter((other) => other !== key)) : new Set([...before, key])));
  };
  return (
    <Panel
      flush
      title="Dead letters"
      note="Rows and receipts that could not be applied after several tries, the oldest first. They are kept until somebody has them tried again (replay) or throws them away (discard)."
      actions={<CopyAsCurl method="GET" path={`/api/dead-letters${topic === undefined ? "" : `?topic=${topic}`}`} />}
    >
      <div className="flex flex-wrap items-end gap-3 px-4 pb-3">
        <Field label="Topic" className="w-52">
          {(control) => (
            <Select {...control} value={topic ?? ""} onChange={(event) => change({ topic: event.target.value, cursor: null })}>
              <option value="">all topics</option>
              {depths.map((depth) => (
                <option key={depth.topic} value={depth.topic}>
                  {depth.topic} ({depth.deadLetters})
                </option>
              ))}
            </Select>
          )}
        </Field>
        <DeadLetterTools
          letters={letters}
          chosen={letters.filter((letter) => chosen.has(keyOfLetter(letter)))}
          topic={topic}
          ofTopic={depths.find((depth) => depth.topic === topic)?.deadLetters ?? 0}
          onChoose={(some) => setChosen(new Set(some.map(keyOfLetter)))}
        />
      </div>
      <div className="border-t border-line">
        <DataTable
          label="Dead letters"
          query={query}
          keyOf={keyOfLetter}
          columns={deadLetterColumns({ isChosen: (letter) => chosen.has(keyOfLetter(letter)), toggle })}
          empty={
            <Empty title={topic === undefined ? "No dead letters" : `No dead letters of ${topic}`}>
              What can't be applied after several tries would be kept here, with the reason, until somebody replays or discards
              it.
            </Empty>
          }
        />
      </div>
    </Panel>
  );
}

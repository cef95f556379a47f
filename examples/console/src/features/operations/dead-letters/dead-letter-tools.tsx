"use client";

import type { DeadLetter, Topic } from "@crm-engine/core";
import { useState } from "react";
import { plural } from "@/api/format";
import { Button } from "@/ui/button";
import { Checkbox } from "@/ui/field";
import { DiscardDialog } from "./discard-dialog";
import { ReplayTopicDialog } from "./replay-topic-dialog";
import { useReplay } from "./use-replay";

interface DeadLetterToolsProps {
  readonly letters: readonly DeadLetter[];
  readonly chosen: readonly DeadLetter[];
  readonly topic: Topic | undefined;
  /** Dead letters of the topic, on all pages. */
  readonly ofTopic: number;
  onChoose(letters: readonly DeadLetter[]): void;
}

export function DeadLetterTools({ letters, chosen, topic, ofTopic, onChoose }: DeadLetterToolsProps) {
  const [discards, setDiscards] = useState<readonly DeadLetter[]>();
  const [replaysTopic, setReplaysTopic] = useState(false);
  const replay = useReplay(() => onChoose([]));
  const all = letters.length > 0 && chosen.length === letters.length;
  return (
    <div className="flex min-h-8.5 flex-wrap items-center gap-2">
      <Checkbox
        label={`Choose all ${letters.length} on this page`}
        checked={all}
        disabled={letters.length === 0}
        onChange={() => onChoose(all ? [] : letters)}
        className="mr-2"
      />
      <Button
        disabled={chosen.length === 0}
        busy={replay.isPending}
        onClick={() => replay.mutate({ ids: chosen.map(({ id }) => id) })}
      >
        {chosen.length === 0 ? "Replay" : `Replay ${plural(chosen.length, "letter")}`}
      </Button>
      <Button look="danger" disabled={chosen.length === 0} onClick={() => setDiscards(chosen)}>
        {chosen.length === 0 ? "Discard…" : `Discard ${plural(chosen.length, "letter")}…`}
      </Button>
      {topic !== undefined && ofTopic > 0 && (
        <Button onClick={() => setReplaysTopic(true)}>
          Replay all {ofTopic} of {topic}…
        </Button>
      )}
      {discards !== undefined && (
        <DiscardDialog
          letters={discards}
          onDone={() => {
            setDiscards(undefined);
            onChoose([]);
          }}
          onClose={() => setDiscards(undefined)}
        />
      )}
      {replaysTopic && topic !== undefined && (
        <ReplayTopicDialog topic={topic} count={ofTopic} onClose={() => setReplaysTopic(false)} />
      )}
    </div>
  );
}

"use client";

import type { Topic } from "@crm-engine/core";
import { plural } from "@/api/format";
import { CopyAsCurl } from "@/ui/copy-button";
import { Confirm } from "@/ui/dialog";
import { useReplay } from "./use-replay";

export function ReplayTopicDialog({
  topic,
  count,
  onClose,
}: {
  readonly topic: Topic;
  readonly count: number;
  readonly onClose: () => void;
}) {
  const { mutate, isPending, error } = useReplay(onClose, { showsError: true });
  return (
    <Confirm
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Replay all dead letters of ${topic}?`}
      action={`Replay ${plural(count, "letter")}`}
      look="primary"
      busy={isPending}
      error={error}
      onConfirm={() => mutate({ topic })}
    >
      <p>
        All that are there now ({count}, on every page) go back into the queue, with no tries counted. What still can't be applied
        becomes a dead letter again, after several tries. Nothing is applied twice.
      </p>
      <div>
        <CopyAsCurl method="POST" path="/api/dead-letters/replay" body={{ topic }} />
      </div>
    </Confirm>
  );
}

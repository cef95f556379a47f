"use client";

import type { Segment } from "@crm-engine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { useEngine } from "@/api/engine";
import { Confirm } from "@/ui/dialog";

interface DeleteSegmentProps {
  readonly segment: Segment;
  readonly open: boolean;
  onOpenChange(open: boolean): void;
}

export function DeleteSegment({ segment, open, onOpenChange }: DeleteSegmentProps) {
  const engine = useEngine();
  const queries = useQueryClient();
  const router = useRouter();
  const remove = useMutation({
    mutationFn: () => engine.segments.delete(segment.id, { ifVersion: segment.version }),
    onSuccess: () => {
      sessionStorage.removeItem(`segment-draft ${segment.id}`);
      toast.success(`“${segment.name}” is deleted.`);
      router.push("/segments");
      return queries.invalidateQueries({ queryKey: ["segments"] });
    },
    meta: { showsError: true },
  });
  return (
    <Confirm
      open={open}
      onOpenChange={(next) => {
        onOpenChange(next);
        if (!next) remove.reset();
      }}
      title={`Delete “${segment.name}”?`}
      action="Delete the segment"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    >
      <p>
        The rule is gone for good. No customer is touched. It is refused while something still uses the segment; “Used by” shows
        what does.
      </p>
    </Confirm>
  );
}

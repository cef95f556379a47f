"use client";

import type { Campaign } from "@crm-engine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { useEngine } from "@/api/engine";
import { formatDuration, formatNumber, formatTime, plural } from "@/api/format";
import { useNow } from "@/api/live";
import { useVendor } from "@/api/use-vendor";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { Confirm, Dialog } from "@/ui/dialog";
import { SimulatedNote } from "@/ui/simulated";
import { keepReach } from "../reach-at-launch";
import type { useAudienceEstimate } from "../use-audience-estimate";
import { uncheckedOf, vendorDoubts } from "./unchecked";
import { useMissing } from "./use-missing";

/** From so many on their number is typed before. */
const TYPED_ABOVE = 1_000;

interface LaunchDialogProps {
  readonly campaign: Campaign;
  readonly estimate: ReturnType<typeof useAudienceEstimate>;
  onClose(): void;
}

/** How many, by what, how fast, until when, and what nobody has looked at. */
export function LaunchDialog({ campaign, estimate, onClose }: LaunchDialogProps) {
  const { id, message, throttlePerSecond } = campaign;
  const engine = useEngine();
  const queries = useQueryClient();
  const now = useNow();
  const missing = useMissing(campaign);
  const vendor = useVendor();
  const launch = useMutation({
    mutationFn: () => engine.campaigns.launch(id),
    meta: { showsError: true },
    onSuccess: (launched) => {
      const reached = launched.estimate?.reachable.willBeSent;
      toast.success(reached === undefined ? "Launched." : `Launched to ${plural(reached, "person", "people")}.`);
      if (reached !== undefined) keepReach(id, reached);
      queries.setQueryData(["campaign", id], launched);
      void queries.invalidateQueries({ queryKey: ["campaigns"] });
      onClose();
    },
  });
  const count = estimate.data?.reachable?.willBeSent;
  const rate = lowest(throttlePerSecond, vendor.data?.rate.perSecond);
  const unchecked = [
    ...uncheckedOf({ campaign, estimate: estimate.data, missing, links: vendor.data?.unsubscribeLinks }),
    ...vendorDoubts(vendor.data),
  ];
  const people = count === undefined ? "the audience" : plural(count, "person", "people");
  if (count === 0) {
    return (
      <Dialog
        open
        onOpenChange={(open) => {
          if (!open) onClose();
        }}
        title="Nobody would be sent to"
        description="Nobody in the audience can be reached by this channel now. Look at the counts beside the message, and choose other segments or another channel."
      >
        <div className="flex justify-end">
          <Button onClick={onClose}>Back to the draft</Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Confirm
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Launch to ${people}?`}
      action={`Launch to ${people}`}
      look="primary"
      busy={launch.isPending || estimate.isPending}
      error={launch.error ?? (estimate.data === undefined ? estimate.error : null)}
      typed={typedFor(count)}
      onConfirm={() => launch.mutate()}
    >
      <SimulatedNote />
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        <dt className="text-muted">Will be sent to</dt>
        <dd className="font-semibold tabular-nums">{count === undefined ? "not known yet" : formatNumber(count)}</dd>
        <dt className="text-muted">By</dt>
        <dd>{message.channel === "email" ? `e-mail from ${message.from ?? "the sender's own address"}` : "SMS"}</dd>
        <dt className="text-muted">Rate</dt>
        <dd>
          {rate === undefined
            ? "no limit: as fast as the sending service takes them"
            : `at most ${plural(rate, "message")} a second`}
        </dd>
        <dt className="text-muted">Ends</dt>
        <dd>
          {rate === undefined || count === undefined
            ? "not known: it depends on the sending service"
            : `in ${formatDuration((count / rate) * 1_000)} at the earliest, at ${formatTime(now + (count / rate) * 1_000)}`}
        </dd>
      </dl>
      {unchecked.length > 0 && (
        <div className="rounded-md bg-warn-soft px-3 py-2">
          <p className="font-semibold text-warn">Not checked, or open to doubt</p>
          <ul className="mt-1 list-disc pl-5">
            {unchecked.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      )}
      <p className="text-muted">
        The audience is taken as it stands when it is planned, a moment after. What is sent can't be called back; pause and cancel
        hold back what is not sent yet.
      </p>
      <div>
        <CopyAsCurl method="POST" path={`/api/campaigns/${id}/launch`} />
      </div>
    </Confirm>
  );
}

function typedFor(count: number | undefined) {
  if (count === undefined) return { label: "How many it reaches is not known: type LAUNCH", text: "LAUNCH" };
  return count > TYPED_ABOVE ? { label: `Type ${count} to launch`, text: String(count) } : undefined;
}

function lowest(...rates: readonly (number | undefined)[]): number | undefined {
  const known = rates.filter((rate) => rate !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

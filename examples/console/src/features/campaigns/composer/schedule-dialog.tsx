"use client";

import type { Campaign } from "@crm-engine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { toast } from "sonner";
import { useEngine } from "@/api/engine";
import { formatDuration, formatTime, plural } from "@/api/format";
import { useNow } from "@/api/live";
import { useVendor } from "@/api/use-vendor";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { Dialog } from "@/ui/dialog";
import { ErrorNotice } from "@/ui/error-notice";
import { Field, Input, Select } from "@/ui/field";
import { SimulatedNote } from "@/ui/simulated";
import type { AudienceEstimate } from "../use-audience-estimate";
import { uncheckedOf } from "./unchecked";
import { useMissing } from "./use-missing";
import { allZones, formatIn, localText, momentOf, ownZone } from "./zoned";

interface ScheduleDialogProps {
  readonly campaign: Campaign;
  readonly estimate: AudienceEstimate | undefined;
  onClose(): void;
}

export function ScheduleDialog({ campaign, estimate, onClose }: ScheduleDialogProps) {
  const { id } = campaign;
  const engine = useEngine();
  const queries = useQueryClient();
  const now = useNow();
  const missing = useMissing(campaign);
  const links = useVendor().data?.unsubscribeLinks;
  const zones = useMemo(allZones, []);
  const [timeZone, setTimeZone] = useState(ownZone);
  const [local, setLocal] = useState(() => localText(Math.ceil((Date.now() + 3_600_000) / 900_000) * 900_000, ownZone()));
  const [lateness, setLateness] = useState("60");
  const moment = momentOf(local, timeZone);
  const maxLatenessMinutes = Number(lateness);
  const input = { at: `${local}:00`, timeZone, maxLatenessMinutes };
  const schedule = useMutation({
    mutationFn: () => engine.campaigns.schedule(id, input),
    meta: { showsError: true },
    onSuccess: (scheduled) => {
      toast.success(scheduled.schedule === undefined ? "Scheduled." : `It starts ${formatTime(scheduled.schedule.at)}.`);
      queries.setQueryData(["campaign", id], scheduled);
      void queries.invalidateQueries({ queryKey: ["campaigns"] });
      onClose();
    },
  });
  const past = moment !== undefined && moment.at <= now;
  const late =
    Number.isInteger(maxLatenessMinutes) && lateness.trim() !== "" && maxLatenessMinutes >= 0 && maxLatenessMinutes <= 10_080;
  const ready = moment !== undefined && !past && late;
  const unchecked = uncheckedOf({ campaign, estimate, missing, links });
  const reached = estimate?.reachable?.willBeSent;
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Schedule"
      description={`It starts by itself${reached === undefined ? "" : `; now it would be sent to ${plural(reached, "person", "people")}`}. Who is in the audience is decided when it starts.`}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !schedule.isPending) schedule.mutate();
        }}
      >
        <SimulatedNote />
        <div className="grid gap-3 sm:grid-cols-2">
          <Field
            label="Starts at"
            error={moment === undefined ? "Give a day and a time." : past ? "That time is over." : undefined}
          >
            {(control) => (
              <Input {...control} type="datetime-local" value={local} onChange={(event) => setLocal(event.target.value)} />
            )}
          </Field>
          <Field label="Time zone">
            {(control) => (
              <Select {...control} value={timeZone} onChange={(event) => setTimeZone(event.target.value)}>
                {zones.map((zone) => (
                  <option key={zone} value={zone}>
                    {zone}
                    {zone === ownZone() ? " (yours)" : ""}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        {moment !== undefined && !past && (
          <p className="text-sm" aria-live="polite">
            <strong>in {formatDuration(moment.at - now)}</strong>: {formatIn(timeZone, moment.at)}, {timeZone}
            {timeZone === ownZone() ? "" : `; ${formatTime(moment.at)} where you are`}
          </p>
        )}
        {moment !== undefined && (moment.change !== 0 || moment.kind !== "plain") && (
          <p className="rounded-md bg-warn-soft px-3 py-2 text-sm">
            <strong className="text-warn">The clocks change on that day.</strong> They go {moment.change > 0 ? "forward" : "back"}{" "}
            by{" "}
            {Math.abs(moment.change) % 60 === 0
              ? plural(Math.abs(moment.change) / 60, "hour")
              : plural(Math.abs(moment.change), "minute")}
            .{moment.kind === "gap" && " The time that you chose does not exist: it starts that much later by the clock."}
            {moment.kind === "overlap" && " The time that you chose comes twice: it starts the first time."}
          </p>
        )}
        <Field
          label="Latest start, in minutes after"
          hint="If the engine is away at that time and comes back later than this, it does not start by itself: it is paused as “missed_schedule”, and you decide."
          error={late ? undefined : "A whole number from 0 to 10,080 (a week)."}
        >
          {(control) => (
            <Input {...control} inputMode="numeric" value={lateness} onChange={(event) => setLateness(event.target.value)} />
          )}
        </Field>
        {unchecked.length > 0 && (
          <div className="rounded-md bg-warn-soft px-3 py-2 text-sm">
            <p className="font-semibold text-warn">Not checked</p>
            <ul className="mt-1 list-disc pl-5">
              {unchecked.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </div>
        )}
        {schedule.error !== null && <ErrorNotice compact error={schedule.error} />}
        <div className="flex flex-wrap items-center justify-end gap-2">
          <CopyAsCurl method="POST" path={`/api/campaigns/${id}/schedule`} body={input} />
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look="primary" busy={schedule.isPending} disabled={!ready}>
            Schedule it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

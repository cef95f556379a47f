"use client";

import type { Channel } from "@crm-engine/core";
import { useForm } from "react-hook-form";
import { useEngine } from "@/api/engine";
import { useSendRow } from "@/api/use-send-row";
import { CHANNEL_WORDS } from "@/features/suppressions/words";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ErrorNotice } from "@/ui/error-notice";
import { Field, Input } from "@/ui/field";
import { SendingNote } from "@/ui/sending-note";

interface Said {
  readonly what: "unsubscribed" | "complained" | "subscribed";
  readonly at: string;
}

const CHOICES = [
  [
    "unsubscribed",
    "They want no more",
    "Consent is withdrawn. Nothing goes to the address, whoever has it; only their own later opt-in undoes that.",
  ],
  ["complained", "They complained", "As above, and counted as a complaint."],
  [
    "subscribed",
    "They opted in",
    "Undoes what they withdrew before that moment. Keep your proof of it: the engine only knows what you say here.",
  ],
] as const;

/** What a person said of a channel, on the phone or in a letter, with the moment when they did. */
export function ConsentDialog({
  id,
  channel,
  onClose,
}: {
  readonly id: string;
  readonly channel: Channel;
  readonly onClose: () => void;
}) {
  const engine = useEngine();
  const row = useSendRow({ changes: [["customer", id], ["customers"], ["suppressions"]], onStored: onClose });
  const form = useForm<Said>({ defaultValues: { what: "unsubscribed", at: localNow() } });
  const { errors } = form.formState;
  const submit = form.handleSubmit(({ what, at }) => {
    const moment = new Date(at).toISOString();
    const said =
      what === "subscribed"
        ? { state: "subscribed" as const, at: moment }
        : { state: "withdrawn" as const, at: moment, by: what };
    row.send(() => engine.ingest.customers([{ id, consent: { [channel]: said } }]));
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`What did they say about ${CHANNEL_WORDS[channel]}?`}
    >
      <form onSubmit={submit} noValidate>
        <fieldset className="flex flex-col gap-3">
          <legend className="sr-only">What they said</legend>
          {CHOICES.map(([value, name, effect]) => (
            <label key={value} className="flex items-start gap-2 text-sm">
              <input type="radio" value={value} {...form.register("what")} className="mt-1 accent-accent" />
              <span>
                <span className="font-medium">{name}</span>
                <span className="block text-xs text-muted">{effect}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Field label="When they said so" hint="In your time zone; not in the future." error={errors.at?.message} className="mt-4">
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              step={1}
              {...form.register("at", {
                validate: (at) =>
                  Number.isNaN(Date.parse(at))
                    ? "Say when."
                    : Date.parse(at) > Date.now() + 60_000
                      ? "This is in the future."
                      : true,
              })}
            />
          )}
        </Field>
        {row.error !== null && (
          <div className="mt-3">
            <ErrorNotice compact error={row.error} />
          </div>
        )}
        <SendingNote taken={row.taken} waitsFor={row.waitsFor} />
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look="primary" busy={row.busy}>
            Record it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function localNow(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

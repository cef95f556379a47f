"use client";

import type { Customer } from "@crm-engine/core";
import { useState } from "react";
import { FormProvider, useForm } from "react-hook-form";
import { useEngine } from "@/api/engine";
import { useSendRow } from "@/api/use-send-row";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { Dialog } from "@/ui/dialog";
import { ErrorNotice } from "@/ui/error-notice";
import { Field, Input, Textarea } from "@/ui/field";
import { SendingNote } from "@/ui/sending-note";
import { AttributeRows } from "./attribute-rows";
import { type EditValues, editedRow, editValues } from "./edit-form";

export function EditDialog({ customer, onClose }: { readonly customer: Customer; readonly onClose: () => void }) {
  const engine = useEngine();
  const [before] = useState(() => editValues(customer));
  const form = useForm<EditValues>({ defaultValues: before });
  const row = useSendRow({ changes: [["customer", customer.id], ["customers"]], onStored: onClose });
  const { errors } = form.formState;
  const edited = editedRow(before, form.watch(), customer.id);
  const submit = form.handleSubmit((values) => {
    const change = editedRow(before, values, customer.id);
    if (change === undefined) onClose();
    else row.send(() => engine.ingest.customers([change]));
  });
  return (
    <Dialog
      wide
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Edit ${customer.name ?? customer.id}`}
      description="Only what you change is sent, as an upload of one row. What is emptied is cleared."
    >
      <FormProvider {...form}>
        <form onSubmit={submit} noValidate>
          <div className="grid gap-3 sm:grid-cols-2">
            <Field label="Name">{(control) => <Input {...control} autoComplete="off" {...form.register("name")} />}</Field>
            <Field label="E-mail">
              {(control) => <Input {...control} type="email" autoComplete="off" {...form.register("email")} />}
            </Field>
            <Field label="Phone" hint="With its country's code: +44 20 7946 0958.">
              {(control) => <Input {...control} type="tel" autoComplete="off" {...form.register("phone")} />}
            </Field>
            <Field label="Time zone" hint="As Europe/London." error={errors.timeZone?.message}>
              {(control) => (
                <>
                  <Input
                    {...control}
                    list="time-zones"
                    autoComplete="off"
                    {...form.register("timeZone", { validate: isTimeZone })}
                  />
                  <datalist id="time-zones">
                    {Intl.supportedValuesOf("timeZone").map((zone) => (
                      <option key={zone} value={zone} />
                    ))}
                  </datalist>
                </>
              )}
            </Field>
          </div>
          <Field label="Tags" hint="One a line." className="mt-3">
            {(control) => <Textarea {...control} {...form.register("tags")} />}
          </Field>
          <AttributeRows />
          {row.error !== null && (
            <div className="mt-3">
              <ErrorNotice compact error={row.error} />
            </div>
          )}
          <SendingNote taken={row.taken} waitsFor={row.waitsFor} />
          <div className="mt-5 flex flex-wrap items-center justify-end gap-2">
            {edited !== undefined && <CopyAsCurl method="POST" path="/api/customers" body={[edited]} />}
            <Button onClick={onClose}>Not now</Button>
            <Button type="submit" look="primary" busy={row.busy} disabled={edited === undefined}>
              Save changes
            </Button>
          </div>
        </form>
      </FormProvider>
    </Dialog>
  );
}

function isTimeZone(zone: string): true | string {
  if (zone.trim() === "") return true;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone.trim() });
    return true;
  } catch {
    return "There is no such time zone.";
  }
}

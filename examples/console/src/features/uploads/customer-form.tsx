"use client";

import type { CustomerInput } from "@crm-engine/core";
import { Plus, X } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useFieldArray, useForm } from "react-hook-form";
import { useEngine } from "@/api/engine";
import { useSendRow } from "@/api/use-send-row";
import { Button, IconButton } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { ErrorNotice } from "@/ui/error-notice";
import { Field, Input, Select } from "@/ui/field";
import { SendingNote } from "@/ui/sending-note";
import { type CustomerValues, customerOf, EMPTY_CUSTOMER, issuesByField } from "./customer-values";

/** One customer, checked by the engine as it comes in. */
export function CustomerForm() {
  const engine = useEngine();
  const { register, control, handleSubmit, getValues, watch, reset } = useForm<CustomerValues>({ defaultValues: EMPTY_CUSTOMER });
  const attributes = useFieldArray({ control, name: "attributes" });
  const [sent, setSent] = useState<CustomerInput>();
  const [stored, setStored] = useState<CustomerInput>();
  const { send, busy, error, taken, waitsFor } = useSendRow({
    changes: [["customers"], ["customer"], ["batches"], ["fields"]],
    onStored: () => {
      setStored(customerOf(getValues()));
      reset(EMPTY_CUSTOMER);
    },
  });
  const faults = issuesByField(error, sent);
  const saysConsent = watch("consentEmail") !== "" || watch("consentSms") !== "";
  const submit = handleSubmit((values) => {
    const customer = customerOf(values);
    setSent(customer);
    setStored(undefined);
    send(() => engine.ingest.stream("customers", JSON.stringify(customer), { contentType: "application/json" }));
  });
  return (
    <form onSubmit={submit} noValidate className="flex max-w-3xl flex-col gap-4">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Id" hint="As your shop knows them. Without one the address tells who it is." error={faults.get("id")}>
          {(field) => <Input {...field} {...register("id")} autoComplete="off" />}
        </Field>
        <Field label="Name" error={faults.get("name")}>
          {(field) => <Input {...field} {...register("name")} autoComplete="off" />}
        </Field>
        <Field label="E-mail" error={faults.get("email")}>
          {(field) => <Input {...field} {...register("email")} type="email" autoComplete="off" />}
        </Field>
        <Field label="Phone" hint="With its country code: +44 …" error={faults.get("phone")}>
          {(field) => <Input {...field} {...register("phone")} type="tel" autoComplete="off" />}
        </Field>
        <Field label="Tags" hint="Separated by commas. They replace those that are there." error={faults.get("tags")}>
          {(field) => <Input {...field} {...register("tags")} autoComplete="off" />}
        </Field>
        <Field label="Time zone" hint="Such as Europe/London." error={faults.get("timeZone")}>
          {(field) => <Input {...field} {...register("timeZone")} autoComplete="off" />}
        </Field>
        <Field label="Consent to e-mail" error={faults.get("consent.email")}>
          {(field) => <ConsentSelect {...field} {...register("consentEmail")} />}
        </Field>
        <Field label="Consent to SMS" error={faults.get("consent.sms")}>
          {(field) => <ConsentSelect {...field} {...register("consentSms")} />}
        </Field>
        {saysConsent && (
          <Field
            label="When they said so"
            hint="Now, if empty. Only a later consent undoes what a person withdrew."
            error={faults.get("consent.at")}
          >
            {(field) => <Input {...field} {...register("consentAt")} type="datetime-local" />}
          </Field>
        )}
      </div>
      <fieldset>
        <legend className="mb-2 text-xs font-semibold text-muted">Attributes</legend>
        <ul className="flex flex-col gap-2">
          {attributes.fields.map(({ id }, at) => {
            const name = watch(`attributes.${at}.name`).trim();
            return (
              <li key={id} className="grid grid-cols-[1fr_1fr_2rem] items-end gap-2 sm:grid-cols-[1fr_7rem_1fr_2rem]">
                <Field label={`Name of attribute ${at + 1}`} error={faults.get(`attributes.${name}`)}>
                  {(field) => <Input {...field} {...register(`attributes.${at}.name`)} autoComplete="off" />}
                </Field>
                <Field label={`Type of ${at + 1}`}>
                  {(field) => (
                    <Select {...field} {...register(`attributes.${at}.type`)}>
                      <option value="text">text</option>
                      <option value="number">number</option>
                      <option value="boolean">yes or no</option>
                      <option value="list">list</option>
                    </Select>
                  )}
                </Field>
                <Field label={`Value of ${at + 1}`} className="max-sm:col-span-2">
                  {(field) => <Input {...field} {...register(`attributes.${at}.value`)} autoComplete="off" />}
                </Field>
                <IconButton label={`Take attribute ${at + 1} away`} onClick={() => attributes.remove(at)}>
                  <X aria-hidden size={16} />
                </IconButton>
              </li>
            );
          })}
        </ul>
        <Button small className="mt-2" onClick={() => attributes.append({ name: "", type: "text", value: "" })}>
          <Plus aria-hidden size={14} />
          Add an attribute
        </Button>
      </fieldset>
      {error !== null && <ErrorNotice compact error={error} />}
      <SendingNote taken={taken} waitsFor={waitsFor} />
      {stored !== undefined && (
        <p role="status" className="rounded-md bg-good-soft px-3 py-2 text-sm text-good">
          Stored.{" "}
          {stored.id !== undefined ? (
            <Link className="underline" href={`/customer?id=${encodeURIComponent(stored.id)}`}>
              Open {stored.id}
            </Link>
          ) : (
            <Link className="underline" href={`/customers?search=${encodeURIComponent(stored.email ?? stored.phone ?? "")}`}>
              Find them
            </Link>
          )}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" look="primary" busy={busy}>
          Save this customer
        </Button>
        <CopyAsCurl method="POST" path="/api/customers" body={customerOf(watch())} />
      </div>
    </form>
  );
}

function ConsentSelect(props: React.ComponentProps<"select">) {
  return (
    <Select {...props}>
      <option value="">leave as it is</option>
      <option value="subscribed">subscribed</option>
      <option value="withdrawn">withdrawn</option>
    </Select>
  );
}

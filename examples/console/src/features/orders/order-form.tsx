"use client";

import { Plus, X } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useFieldArray, useForm } from "react-hook-form";
import { useEngine } from "@/api/engine";
import { useEngineSettings } from "@/api/use-engine-settings";
import { useSendRow } from "@/api/use-send-row";
import { Button, IconButton } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { ErrorNotice } from "@/ui/error-notice";
import { Field, Input, Select } from "@/ui/field";
import { SendingNote } from "@/ui/sending-note";
import { useFocusFault } from "@/ui/use-focus-fault";
import { EMPTY_ITEM, emptyOrder, issuesByField, type OrderValues, orderOf, sumOf } from "./order-values";

/** One order, checked by the engine as it comes in. */
export function OrderForm() {
  const engine = useEngine();
  const { currency } = useEngineSettings();
  const { register, control, handleSubmit, getValues, watch, reset, formState } = useForm<OrderValues>({
    defaultValues: emptyOrder(),
  });
  const items = useFieldArray({ control, name: "items" });
  const [stored, setStored] = useState<string>();
  const { send, busy, error, taken, waitsFor } = useSendRow({
    changes: [["orders"], ["order"], ["customers"], ["customer"], ["batches"], ["dashboard"]],
    onStored: () => {
      setStored(getValues("id").trim());
      reset(emptyOrder());
    },
  });
  const values = watch();
  const faults = issuesByField(error, values.items);
  const form = useFocusFault(error);
  const submit = handleSubmit((entered) => {
    setStored(undefined);
    send(() => engine.ingest.stream("orders", JSON.stringify(orderOf(entered)), { contentType: "application/json" }));
  });
  const sum = sumOf(values.items);
  return (
    <form ref={form} onSubmit={submit} noValidate className="flex max-w-3xl flex-col gap-4">
      <div className="grid gap-3 sm:grid-cols-3">
        <Field label="Order id" error={formState.errors.id?.message ?? faults.get("id")}>
          {(field) => (
            <Input {...field} {...register("id", { required: "Say which order it is" })} autoComplete="off" aria-required />
          )}
        </Field>
        <Field
          label="Customer id"
          hint="One that isn't there yet is made."
          error={formState.errors.customerId?.message ?? faults.get("customerId")}
        >
          {(field) => (
            <Input
              {...field}
              {...register("customerId", { required: "Say whose order it is" })}
              autoComplete="off"
              aria-required
            />
          )}
        </Field>
        <Field label="Placed" hint="In your time zone." error={formState.errors.placedAt?.message ?? faults.get("placedAt")}>
          {(field) => (
            <Input
              {...field}
              {...register("placedAt", { required: "Say when it was placed" })}
              type="datetime-local"
              aria-required
            />
          )}
        </Field>
        <Field label="Type" error={faults.get("type")}>
          {(field) => (
            <Select {...field} {...register("type")}>
              <option value="purchase">purchase</option>
              <option value="refund">refund</option>
            </Select>
          )}
        </Field>
        <Field
          label={currency === undefined ? "Amount" : `Amount in ${currency}`}
          hint={sum === undefined ? "What was paid, or given back." : `If empty, the items' sum: ${sum}.`}
          error={formState.errors.amount?.message ?? faults.get("amount")}
        >
          {(field) => (
            <Input
              {...field}
              {...register("amount", {
                validate: (text, all) =>
                  text.trim() !== "" || sumOf(all.items) !== undefined || "Say what was paid, or give each item its price",
              })}
              inputMode="decimal"
              autoComplete="off"
            />
          )}
        </Field>
        <Field label="Channel" hint="Such as web or shop." error={faults.get("channel")}>
          {(field) => <Input {...field} {...register("channel")} autoComplete="off" />}
        </Field>
      </div>
      <fieldset>
        <legend className="mb-2 text-xs font-semibold text-muted">Items</legend>
        <ul className="flex flex-col gap-3">
          {items.fields.map(({ id }, at) => (
            <li key={id} className="grid grid-cols-2 items-start gap-2 sm:grid-cols-[7rem_1fr_1fr_5rem_6rem_2rem]">
              <Field label={`SKU ${at + 1}`} error={faults.get(`items.${at}.sku`)}>
                {(field) => <Input {...field} {...register(`items.${at}.sku`)} autoComplete="off" />}
              </Field>
              <Field label={`Name ${at + 1}`} error={faults.get(`items.${at}.name`)}>
                {(field) => <Input {...field} {...register(`items.${at}.name`)} autoComplete="off" />}
              </Field>
              <Field label={`Category ${at + 1}`} error={faults.get(`items.${at}.category`)}>
                {(field) => <Input {...field} {...register(`items.${at}.category`)} autoComplete="off" />}
              </Field>
              <Field label={`Quantity ${at + 1}`} error={faults.get(`items.${at}.quantity`)}>
                {(field) => <Input {...field} {...register(`items.${at}.quantity`)} inputMode="decimal" autoComplete="off" />}
              </Field>
              <Field label={`Price ${at + 1}`} error={faults.get(`items.${at}.price`)}>
                {(field) => <Input {...field} {...register(`items.${at}.price`)} inputMode="decimal" autoComplete="off" />}
              </Field>
              <IconButton label={`Take item ${at + 1} away`} className="mt-5" onClick={() => items.remove(at)}>
                <X aria-hidden size={16} />
              </IconButton>
            </li>
          ))}
        </ul>
        <Button small className="mt-2" onClick={() => items.append(EMPTY_ITEM)}>
          <Plus aria-hidden size={14} />
          Add an item
        </Button>
      </fieldset>
      {error !== null && <ErrorNotice compact error={error} />}
      <SendingNote taken={taken} waitsFor={waitsFor} />
      {stored !== undefined && (
        <p role="status" className="rounded-md bg-good-soft px-3 py-2 text-sm text-good">
          Stored.{" "}
          <Link className="underline" href={`/order?id=${encodeURIComponent(stored)}`}>
            Open order {stored}
          </Link>
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" look="primary" busy={busy}>
          Save this order
        </Button>
        <CopyAsCurl method="POST" path="/api/orders" body={orderOf(values)} />
      </div>
    </form>
  );
}

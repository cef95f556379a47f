"use client";

import { Plus, X } from "lucide-react";
import { useFieldArray, useFormContext } from "react-hook-form";
import { Button, IconButton } from "@/ui/button";
import { Field, Input, Select, Textarea } from "@/ui/field";
import type { AttributeRow, EditValues } from "./edit-form";

const TYPES: readonly AttributeRow["type"][] = ["text", "number", "yes/no", "list"];

export function AttributeRows() {
  const { control, register, watch, formState } = useFormContext<EditValues>();
  const { fields, append, remove } = useFieldArray({ control, name: "attributes" });
  const rows = watch("attributes");
  return (
    <fieldset className="mt-4">
      <legend className="text-xs font-semibold text-muted">Attributes</legend>
      <div className="mt-1 flex flex-col gap-2">
        {fields.length === 0 && <p className="text-sm text-muted">None yet.</p>}
        {fields.map(({ id }, index) => {
          const errors = formState.errors.attributes?.[index];
          const type = rows[index]?.type;
          return (
            <div
              key={id}
              className="grid grid-cols-[minmax(0,1fr)_6.5rem_auto] items-start gap-2 sm:grid-cols-[minmax(0,1fr)_6.5rem_minmax(0,1.5fr)_auto]"
            >
              <Field hiddenLabel label={`Name of attribute ${index + 1}`} error={errors?.name?.message}>
                {(tied) => (
                  <Input
                    {...tied}
                    placeholder="name"
                    {...register(`attributes.${index}.name`, {
                      validate: (name, { attributes }) =>
                        name.trim() === ""
                          ? "Give it a name."
                          : attributes.filter((other) => other.name.trim() === name.trim()).length > 1
                            ? "There are two of this name."
                            : true,
                    })}
                  />
                )}
              </Field>
              <Field hiddenLabel label={`Type of attribute ${index + 1}`}>
                {(tied) => (
                  <Select {...tied} {...register(`attributes.${index}.type`)}>
                    {TYPES.map((one) => (
                      <option key={one}>{one}</option>
                    ))}
                  </Select>
                )}
              </Field>
              <Field
                hiddenLabel
                label={`Value of attribute ${index + 1}`}
                error={errors?.value?.message}
                className="max-sm:order-last max-sm:col-span-3"
              >
                {(tied) => (
                  <ValueControl
                    {...tied}
                    type={type}
                    {...register(`attributes.${index}.value`, {
                      validate: (value, { attributes }) => isValue(attributes[index]?.type, value),
                    })}
                  />
                )}
              </Field>
              <IconButton label={`Remove attribute ${index + 1}`} onClick={() => remove(index)}>
                <X aria-hidden size={16} />
              </IconButton>
            </div>
          );
        })}
      </div>
      <Button small className="mt-2" onClick={() => append({ name: "", type: "text", value: "" })}>
        <Plus aria-hidden size={14} />
        Add an attribute
      </Button>
    </fieldset>
  );
}

type ValueControlProps = Omit<React.ComponentProps<"input">, "type" | "ref" | "onChange" | "onBlur"> &
  ReturnType<ReturnType<typeof useFormContext<EditValues>>["register"]> & { readonly type: AttributeRow["type"] | undefined };

function ValueControl({ type, ref, onChange, onBlur, name, id, ...aria }: ValueControlProps) {
  const tied = {
    ref,
    onChange,
    onBlur,
    name,
    id,
    "aria-describedby": aria["aria-describedby"],
    "aria-invalid": aria["aria-invalid"],
  };
  if (type === "yes/no") {
    return (
      <Select {...tied}>
        <option value="">choose</option>
        <option>yes</option>
        <option>no</option>
      </Select>
    );
  }
  if (type === "list") return <Textarea {...tied} placeholder="one a line" className="min-h-16" />;
  return <Input {...tied} inputMode={type === "number" ? "decimal" : undefined} placeholder="value" />;
}

function isValue(type: AttributeRow["type"] | undefined, value: string): true | string {
  if (type === "number")
    return value.trim() !== "" && Number.isFinite(Number(value)) ? true : "This is no number; decimals have a point.";
  if (type === "yes/no") return value === "yes" || value === "no" ? true : "Choose yes or no.";
  return value.trim() === "" ? "Give it a value, or remove it." : true;
}

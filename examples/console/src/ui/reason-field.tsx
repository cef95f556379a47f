import { Field, Input } from "./field";

interface ReasonFieldProps {
  readonly hint: string;
  readonly value: string;
  /** It was asked for, and is not there. */
  readonly missing: boolean;
  readonly placeholder?: string;
  onChange(reason: string): void;
}

/** Why somebody does what stands in a log, or with a decision. */
export function ReasonField({ hint, value, missing, placeholder, onChange }: ReasonFieldProps) {
  return (
    <Field label="Reason" hint={hint} error={missing ? "Say why, in a few words." : undefined}>
      {(control) => (
        <Input
          {...control}
          value={value}
          maxLength={500}
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

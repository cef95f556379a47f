import { useVendor } from "@/api/use-vendor";
import { PickSelect } from "@/ui/field";
import { UNSUBSCRIBE_URL } from "./template-variables";

interface VariableSelectProps {
  /** The field that it is put into. */
  readonly into: string;
  readonly variables: readonly string[];
  onInsert(text: string): void;
}

/** Puts a variable where the cursor is. */
export function VariableSelect({ into, variables, onInsert }: VariableSelectProps) {
  const noLinks = useVendor().data?.unsubscribeLinks === false;
  return (
    <PickSelect
      aria-label={`Insert a variable into ${into}`}
      className="!h-7 !w-auto max-w-40 !text-xs"
      onPick={(name) => onInsert(`{{ ${name} }}`)}
    >
      <option value="">Insert variable…</option>
      {variables.map((name) => (
        <option key={name}>{name}</option>
      ))}
      {noLinks && <option disabled>{UNSUBSCRIBE_URL}: not before PUBLIC_URL is set</option>}
    </PickSelect>
  );
}

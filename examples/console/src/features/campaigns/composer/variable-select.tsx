import { PickSelect } from "@/ui/field";

interface VariableSelectProps {
  /** The field that it is put into. */
  readonly into: string;
  readonly variables: readonly string[];
  onInsert(text: string): void;
}

/** Puts a variable where the cursor is. */
export function VariableSelect({ into, variables, onInsert }: VariableSelectProps) {
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
    </PickSelect>
  );
}

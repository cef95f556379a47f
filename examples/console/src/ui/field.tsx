import { clsx } from "clsx";
import { type ComponentProps, type ReactNode, useId } from "react";

const CONTROL =
  "w-full rounded-md border border-line-strong bg-surface px-2.5 text-sm text-ink placeholder:text-muted disabled:opacity-60 aria-invalid:border-bad pointer-coarse:min-h-11";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input {...rest} className={clsx(CONTROL, "h-8.5", className)} />;
}

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea {...rest} className={clsx(CONTROL, "min-h-20 py-2", className)} />;
}

/** The platform's own: it works with every keyboard and finger. */
export function Select({ className, ...rest }: ComponentProps<"select">) {
  return <select {...rest} className={clsx(CONTROL, "h-8.5 pr-7", className)} />;
}

/**
 * One that does something with what is picked, and then shows its first option again. A key that would pick the next option unseen opens the
 * list instead, so that the keyboard gets to each.
 */
export function PickSelect({
  onPick,
  ...rest
}: Omit<ComponentProps<"select">, "value" | "onChange"> & { onPick(value: string): void }) {
  return (
    <Select
      {...rest}
      value=""
      onChange={(event) => {
        if (event.target.value !== "") onPick(event.target.value);
      }}
      onKeyDown={(event) => {
        const { key, altKey, ctrlKey, metaKey, currentTarget } = event;
        const picks = /^(Arrow|Page)(Up|Down|Left|Right)$/.test(key) || key === "Home" || key === "End" || /^\S$/u.test(key);
        if (!picks || altKey || ctrlKey || metaKey || typeof currentTarget.showPicker !== "function") return;
        event.preventDefault();
        currentTarget.showPicker();
      }}
    />
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  /** Seen by screen readers only. */
  readonly hiddenLabel?: boolean;
  readonly className?: string;
  /** Beside the label: something small that helps to fill it in. */
  readonly aside?: ReactNode;
  /** Spread these onto the control. */
  readonly children: (control: {
    readonly id: string;
    readonly "aria-describedby"?: string;
    readonly "aria-invalid"?: true;
  }) => ReactNode;
}

/** A control with its label, its hint and its error, tied together for whoever does not see them. */
export function Field({ label, hint, error, hiddenLabel = false, className, aside, children }: FieldProps) {
  const id = useId();
  const note = error !== undefined || hint !== undefined ? `${id}-note` : undefined;
  const name = (
    <label htmlFor={id} className={clsx("text-xs font-semibold text-muted", hiddenLabel && "sr-only")}>
      {label}
    </label>
  );
  return (
    <div data-field={label} className={clsx("flex flex-col gap-1", className)}>
      {aside === undefined ? (
        name
      ) : (
        <div className="flex items-end justify-between gap-2">
          {name}
          {aside}
        </div>
      )}
      {children({
        id,
        ...(note === undefined ? {} : { "aria-describedby": note }),
        ...(error === undefined ? {} : { "aria-invalid": true as const }),
      })}
      {note !== undefined && (
        <div
          id={note}
          className={clsx("text-xs", error === undefined ? "text-muted" : "text-bad")}
          role={error === undefined ? undefined : "alert"}
        >
          {error ?? hint}
        </div>
      )}
    </div>
  );
}

export function Checkbox({ label, className, ...rest }: Omit<ComponentProps<"input">, "type"> & { readonly label: ReactNode }) {
  return (
    <label className={clsx("inline-flex items-center gap-2 text-sm", className)}>
      <input type="checkbox" {...rest} className="size-4 accent-accent" />
      {label}
    </label>
  );
}

import { clsx } from "clsx";
import Link from "next/link";
import type { ComponentProps, ReactNode } from "react";

export type ButtonLook = "primary" | "plain" | "quiet" | "danger";

const LOOKS: Readonly<Record<ButtonLook, string>> = {
  primary: "bg-accent text-accent-ink hover:brightness-110",
  plain: "border border-line-strong bg-surface text-ink hover:bg-sunken",
  quiet: "text-ink hover:bg-sunken",
  danger: "border border-bad bg-surface text-bad hover:bg-bad-soft",
};

export function buttonClass(look: ButtonLook = "plain", small = false): string {
  return clsx(
    "inline-flex items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors duration-100",
    "disabled:cursor-not-allowed disabled:opacity-55 pointer-coarse:min-h-11",
    small ? "h-7 px-2 text-table" : "h-8.5 px-3 text-sm",
    LOOKS[look],
  );
}

interface Shared {
  readonly look?: ButtonLook;
  readonly small?: boolean;
}

/** `busy` keeps its width and its name, and can't be pressed twice. */
export function Button({
  look,
  small,
  busy = false,
  className,
  children,
  disabled,
  ...rest
}: ComponentProps<"button"> & Shared & { readonly busy?: boolean }) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy}
      className={clsx(buttonClass(look, small), className)}
    >
      {busy && <span aria-hidden className="size-3 animate-spin rounded-full border-2 border-current border-r-transparent" />}
      {children}
    </button>
  );
}

export function LinkButton({ look, small, className, ...rest }: ComponentProps<typeof Link> & Shared) {
  return <Link {...rest} className={clsx(buttonClass(look, small), className)} />;
}

/** A button that is an icon: its label is its name, and its tooltip. */
export function IconButton({
  label,
  children,
  className,
  ...rest
}: ComponentProps<"button"> & { readonly label: string; readonly children: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={clsx(
        "inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-ink disabled:opacity-50 pointer-coarse:size-11",
        className,
      )}
    >
      {children}
    </button>
  );
}

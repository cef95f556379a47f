import { clsx } from "clsx";
import type { ReactNode } from "react";

/** What is wider or longer than its place, and can be scrolled by the keyboard too. */
export function ScrollBox({
  label,
  className,
  children,
}: {
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section aria-label={label} tabIndex={0} className={clsx("overflow-auto", className)}>
      {children}
    </section>
  );
}

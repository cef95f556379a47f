import { clsx } from "clsx";
import type { ReactNode } from "react";

interface ScrollRegionProps {
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** What is wider or longer than its place: it has a name, and is scrolled by pointer and by keyboard. */
export function ScrollRegion({ label, className, children }: ScrollRegionProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className={clsx("relative overflow-auto", className)} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}

import type { ReactNode } from "react";

/** What is wider or higher than its place: to be scrolled by pointer and by keyboard. */
export function ScrollRegion({
  label,
  className,
  children,
}: {
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className={`relative ${className}`} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}

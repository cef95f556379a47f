import { clsx } from "clsx";
import type { ReactNode } from "react";

interface ScrollingProps {
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** What scrolls has a name, and can be reached by the keyboard. */
export function Scrolling({ label, className, children }: ScrollingProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section tabIndex={0} aria-label={label} className={clsx("overflow-auto", className)}>
      {children}
    </section>
  );
}

/** A text as it is. */
export function SourceText({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <Scrolling label={label} className="max-h-105 rounded-md border border-line bg-sunken p-3">
      <pre className="font-mono text-xs break-words whitespace-pre-wrap">{text}</pre>
    </Scrolling>
  );
}

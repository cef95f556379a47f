"use client";

import { clsx } from "clsx";
import { type ReactNode, useRef } from "react";
import { ScrollEdges } from "./scroll-edges";

interface ScrollRegionProps {
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** What is wider or longer than its place: it has a name, shows that it goes on, and is scrolled by pointer and by keyboard. */
export function ScrollRegion({ label, className, children }: ScrollRegionProps) {
  const region = useRef<HTMLElement>(null);
  return (
    <div className="relative">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section ref={region} className={clsx("relative overflow-auto", className)} tabIndex={0} aria-label={label}>
        {children}
      </section>
      <ScrollEdges of={region} />
    </div>
  );
}

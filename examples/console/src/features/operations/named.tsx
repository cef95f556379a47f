"use client";

import { type ReactNode, useEffect, useRef } from "react";

interface NamedProps {
  /** What the address says after its `#`. */
  readonly id: string;
  /** It has the size that it will keep. */
  readonly ready: boolean;
  readonly children: ReactNode;
}

/** A part of a page that links lead to, once it is there. */
export function Named({ id, ready, children }: NamedProps) {
  const part = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!ready) return;
    const show = () => {
      if (window.location.hash !== `#${id}`) return;
      part.current?.scrollIntoView();
      part.current?.focus({ preventScroll: true });
    };
    show();
    window.addEventListener("hashchange", show);
    return () => window.removeEventListener("hashchange", show);
  }, [id, ready]);
  return (
    <div ref={part} id={id} tabIndex={-1} className="min-w-0 scroll-mt-4 outline-none">
      {children}
    </div>
  );
}

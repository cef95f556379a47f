"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useCallback } from "react";

export type ParamChange = Readonly<Record<string, string | null | undefined>>;

/** What the address says after its `?`, and a way to change it: null takes a name away. A new filter is a new page of the history only where it is asked for. */
export function useParams(): readonly [URLSearchParams, (change: ParamChange, options?: { readonly push?: boolean }) => void] {
  const params = useSearchParams();
  const path = usePathname();
  const change = useCallback(
    (wanted: ParamChange, { push = false } = {}) => {
      const next = new URLSearchParams(window.location.search);
      for (const [name, value] of Object.entries(wanted)) {
        if (value === null || value === undefined || value === "") next.delete(name);
        else next.set(name, value);
      }
      const query = next.toString();
      const address = query === "" ? path : `${path}?${query}`;
      // The router follows these, and the address has changed when they return: a change right after this one builds on it.
      if (push) window.history.pushState(null, "", address);
      else window.history.replaceState(null, "", address);
    },
    [path],
  );
  return [params, change];
}

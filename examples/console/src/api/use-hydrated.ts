"use client";

import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** False while a page takes over what was rendered ahead of it, when it must show the same; true from then on. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}

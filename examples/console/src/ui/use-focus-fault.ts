"use client";

import { type RefObject, useEffect, useRef } from "react";

/** Takes whoever sent a form to the first field that was refused. */
export function useFocusFault(error: unknown): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error !== null && error !== undefined) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);
  return form;
}

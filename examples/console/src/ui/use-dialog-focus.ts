"use client";

import { useRef } from "react";

/** Where a dialog puts the keyboard: onto its first field when it opens, and back to what opened it when it closes. */
export function useDialogFocus() {
  const opener = useRef<HTMLElement | null>(null);
  return {
    onOpenAutoFocus: (event: Event) => {
      opener.current = openerOf(document.activeElement);
      const field =
        event.currentTarget instanceof HTMLElement
          ? event.currentTarget.querySelector<HTMLElement>("input,textarea,select")
          : null;
      if (field === null) return;
      event.preventDefault();
      field.focus();
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
      opener.current?.focus();
    },
  };
}

/** An item of a menu is gone when its dialog closes; the menu's button is not. */
function openerOf(active: Element | null): HTMLElement | null {
  const button = active?.closest("[role=menu]")?.getAttribute("aria-labelledby");
  const opener = button === null || button === undefined ? active : document.getElementById(button);
  return opener instanceof HTMLElement ? opener : null;
}

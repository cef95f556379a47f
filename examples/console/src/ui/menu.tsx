"use client";

import { DropdownMenu } from "radix-ui";
import { type ReactNode, useCallback, useState } from "react";
import { Button } from "./button";

export interface MenuItem {
  readonly label: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  onSelect(): void;
}

interface MenuProps {
  readonly label: string;
  readonly children?: ReactNode;
  readonly items: readonly MenuItem[];
  readonly small?: boolean;
}

export function Menu({ label, children, items, small = false }: MenuProps) {
  // In the landmark or the dialog of its button, so that it is found there.
  const [host, setHost] = useState<HTMLElement | null>(null);
  const hold = useCallback(
    (button: HTMLButtonElement | null) => setHost(button?.closest<HTMLElement>("[role=dialog],main,header") ?? null),
    [],
  );
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild ref={hold}>
        <Button aria-label={label} small={small} look={small ? "quiet" : "plain"}>
          {children ?? label}
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={host}>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-44 rounded-md border border-line bg-surface p-1 shadow-lg"
        >
          {items.map(({ label: name, danger, disabled, onSelect }) => (
            <DropdownMenu.Item
              key={name}
              disabled={disabled ?? false}
              onSelect={onSelect}
              className={`cursor-pointer rounded px-2.5 py-1.5 text-sm outline-none data-disabled:cursor-not-allowed data-disabled:opacity-50 data-highlighted:bg-sunken pointer-coarse:py-3 ${danger ? "text-bad" : "text-ink"}`}
            >
              {name}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

"use client";

import { Moon, Search, Sun, SunMoon } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { IconButton } from "@/ui/button";
import { SimulatedBadge } from "@/ui/simulated";
import { HealthLink } from "./health-link";
import { isTyping } from "./is-typing";
import { type Theme, useTheme } from "./theme";

const NEXT: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };
const ICONS = { system: SunMoon, light: Sun, dark: Moon };

export function TopBar() {
  const { theme, choose } = useTheme();
  const Icon = ICONS[theme];
  return (
    <header className="flex flex-wrap items-center gap-x-2 border-b border-line bg-surface px-4 py-1.5 md:px-6">
      <CustomerSearch />
      <div className="ml-auto flex items-center gap-1">
        <SimulatedBadge />
        <HealthLink />
        <IconButton label={`Colours: ${theme}. Change to ${NEXT[theme]}.`} onClick={() => choose(NEXT[theme])}>
          <Icon aria-hidden size={17} />
        </IconButton>
        <IconButton label="Help and keys (?)" onClick={() => window.dispatchEvent(new Event("crm-help"))}>
          <span aria-hidden className="text-panel font-semibold">
            ?
          </span>
        </IconButton>
      </div>
    </header>
  );
}

function CustomerSearch() {
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || isTyping(event)) return;
      event.preventDefault();
      input.current?.focus();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <search className="w-full max-w-80 max-sm:order-last max-sm:max-w-none max-sm:pb-1.5">
      <form
        className="relative"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() === "") return;
          router.push(`/customers?search=${encodeURIComponent(text.trim())}`);
          // The list has it now, in a field of its own.
          setText("");
        }}
      >
        <Search aria-hidden size={15} className="absolute top-2.5 left-2.5 text-muted" />
        <input
          ref={input}
          type="search"
          aria-label="Find a customer"
          placeholder="Find a customer  ( / )"
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="h-8.5 w-full rounded-md border border-line-strong bg-canvas pr-2 pl-8 text-sm placeholder:text-muted pointer-coarse:h-11"
        />
      </form>
    </search>
  );
}

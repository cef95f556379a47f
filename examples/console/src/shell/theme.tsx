"use client";

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";

export type Theme = "system" | "light" | "dark";

interface ThemeSession {
  readonly theme: Theme;
  /** What is shown. */
  readonly shown: "light" | "dark";
  choose(theme: Theme): void;
}

const ThemeContext = createContext<ThemeSession>({ theme: "system", shown: "light", choose: () => undefined });
const KEPT = "crm-theme";

export function ThemeProvider({ children }: { readonly children: ReactNode }) {
  const [theme, setTheme] = useState<Theme>("system");
  const [system, setSystem] = useState<"light" | "dark">("light");
  useEffect(() => {
    const kept = localStorage.getItem(KEPT);
    if (kept === "light" || kept === "dark") setTheme(kept);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const look = () => setSystem(dark.matches ? "dark" : "light");
    look();
    dark.addEventListener("change", look);
    return () => dark.removeEventListener("change", look);
  }, []);
  const shown = theme === "system" ? system : theme;
  const session = useMemo<ThemeSession>(
    () => ({
      theme,
      shown,
      choose: (wanted) => {
        setTheme(wanted);
        if (wanted === "system") localStorage.removeItem(KEPT);
        else localStorage.setItem(KEPT, wanted);
        document.documentElement.dataset.theme = wanted === "system" ? system : wanted;
      },
    }),
    [theme, shown, system],
  );
  useEffect(() => {
    if (theme === "system" && document.documentElement.dataset.theme !== system && system === "dark")
      document.documentElement.dataset.theme = system;
  }, [theme, system]);
  return <ThemeContext value={session}>{children}</ThemeContext>;
}

export const useTheme = (): ThemeSession => useContext(ThemeContext);

"use client";

import { Tooltip } from "radix-ui";
import { type ReactNode, Suspense } from "react";
import { Toaster } from "sonner";
import { EngineProvider } from "@/api/engine";
import { ConnectionNotice } from "./connection-notice";
import { HelpDialog } from "./help-dialog";
import { KeyDialog } from "./key-dialog";
import { Navigation } from "./navigation";
import { ThemeProvider } from "./theme";
import { TopBar } from "./top-bar";

/** What every page has around it. */
export function Shell({ children }: { readonly children: ReactNode }) {
  return (
    <EngineProvider>
      <ThemeProvider>
        <Tooltip.Provider delayDuration={300}>
          <a
            href="#main"
            className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
          >
            Skip to content
          </a>
          <Suspense>
            <div className="md:grid md:min-h-dvh md:grid-cols-[13.5rem_minmax(0,1fr)]">
              <Navigation />
              <div className="min-w-0">
                <TopBar />
                <ConnectionNotice />
                <main id="main" tabIndex={-1} className="mx-auto max-w-[75rem] p-4 outline-none md:p-6">
                  <Suspense>{children}</Suspense>
                </main>
              </div>
            </div>
            <HelpDialog />
            <KeyDialog />
          </Suspense>
          <Toaster
            position="bottom-right"
            closeButton
            toastOptions={{ className: "!bg-surface !text-ink !border-line", classNames: { description: "!text-muted" } }}
          />
        </Tooltip.Provider>
      </ThemeProvider>
    </EngineProvider>
  );
}

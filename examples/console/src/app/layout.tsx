import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { Shell } from "@/shell/shell";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Dashboard · CRM Engine", template: "%s · CRM Engine" },
  description: "Audiences, campaigns and what became of every message.",
  icons: { icon: "/icon.svg" },
};

export const viewport: Viewport = { width: "device-width", initialScale: 1 };

/** Before the first paint, so that a dark page never flashes white. */
const THEME = `(()=>{let t;try{t=localStorage.getItem("crm-theme")}catch{}document.documentElement.dataset.theme=t==="dark"||t==="light"?t:matchMedia("(prefers-color-scheme: dark)").matches?"dark":"light"})()`;

export default function RootLayout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours, whose hash is in the page's policy */}
        <script dangerouslySetInnerHTML={{ __html: THEME }} />
      </head>
      <body>
        <Shell>{children}</Shell>
      </body>
    </html>
  );
}

"use client";

import Link from "next/link";
import { useVendor } from "@/api/use-vendor";
import { Badge } from "./badge";

/** Wherever one is: that this engine's messages reach nobody. */
export function SimulatedBadge() {
  if (useVendor().data?.simulated !== true) return null;
  return (
    <Link
      href="/operations#vendor"
      title="Messages go to a simulated vendor, which reaches nobody"
      className="rounded-md p-1 pointer-coarse:py-3"
    >
      <Badge tone="info">
        <span className="sm:hidden">simulated</span>
        <span className="max-sm:hidden">simulated: no real mail</span>
      </Badge>
    </Link>
  );
}

/** Where somebody is about to send, or looks at what was sent. */
export function SimulatedNote({ className }: { readonly className?: string }) {
  if (useVendor().data?.simulated !== true) return null;
  return (
    <p className={`rounded-md bg-info-soft px-3 py-2 text-sm ${className ?? ""}`}>
      <strong className="text-info">Simulated: nobody gets a real message.</strong> A real mail or SMS service is set with{" "}
      <code className="font-mono text-xs">SENDER_URL</code>.
    </p>
  );
}

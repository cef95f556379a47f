"use client";

import { formatDistance, formatTime } from "@/api/format";
import { useNow } from "@/api/live";

/** In the reader's zone; UTC on hover. */
export function Time({ at }: { readonly at: string }) {
  return (
    <time
      dateTime={at}
      title={`${new Date(at).toISOString().replace("T", " ").replace(".000Z", "")} UTC`}
      className="whitespace-nowrap"
    >
      {formatTime(at)}
    </time>
  );
}

/** "3 minutes ago", kept right. */
export function Ago({ at }: { readonly at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={`${formatTime(at)} · ${new Date(at).toISOString()}`} className="whitespace-nowrap">
      {formatDistance(at, now)}
    </time>
  );
}

"use client";

import type { Batch } from "@crm-engine/core";

/** Of a row that was taken: it is safe, and what it waits for. */
export function SendingNote({ taken, waitsFor }: { readonly taken: boolean; readonly waitsFor: Batch["waitsFor"] }) {
  return (
    <div role="status" aria-live="polite" className="text-sm">
      {taken && (
        <p className="mt-3 rounded-md bg-info-soft px-3 py-2 text-info">
          The engine has taken it, and stores it now.
          {waitsFor?.map(({ what, why }) => (
            <span key={what} className="block">
              It waits: {why}
            </span>
          ))}
          {waitsFor !== undefined && waitsFor.length > 0 && (
            <span className="block">You may close this: it is kept, and done as soon as it can be.</span>
          )}
        </p>
      )}
    </div>
  );
}

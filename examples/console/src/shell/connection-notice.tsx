"use client";

import { useIsFetching } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { hasRemoteCode } from "@/api/errors/has-remote-code";
import { useFindings } from "@/api/findings";

/** A read that takes longer is called slow. */
const SLOW_MS = 2_000;

/** Says when the line to the engine is cut, or slow; and goes away by itself. */
export function ConnectionNotice() {
  const { error } = useFindings();
  const fetching = useIsFetching();
  const slow = useLasting(fetching > 0, SLOW_MS);
  const offline = useOffline();
  const cut = error !== null && !hasRemoteCode(error, "unauthenticated");
  const text = offline
    ? "This computer is offline. What you entered is kept; the page goes on when it is back."
    : cut
      ? "The engine doesn't answer as it should. What you entered is kept; it is tried again every 3 seconds."
      : slow
        ? "The engine takes its time to answer. The page is waiting for it."
        : undefined;
  return (
    <div role="status" aria-live="polite">
      {text !== undefined && (
        <p
          className={`px-4 py-1.5 text-sm font-medium md:px-6 ${cut || offline ? "bg-bad-soft text-bad" : "bg-warn-soft text-warn"}`}
        >
          {text}
        </p>
      )}
    </div>
  );
}

/** Whether it has been so for a while without a break. */
function useLasting(is: boolean, ms: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    setLasting(false);
    if (!is) return;
    const timer = setTimeout(() => setLasting(true), ms);
    return () => clearTimeout(timer);
  }, [is, ms]);
  return lasting;
}

function useOffline(): boolean {
  const [offline, setOffline] = useState(false);
  useEffect(() => {
    const look = () => setOffline(!navigator.onLine);
    look();
    window.addEventListener("online", look);
    window.addEventListener("offline", look);
    return () => {
      window.removeEventListener("online", look);
      window.removeEventListener("offline", look);
    };
  }, []);
  return offline;
}

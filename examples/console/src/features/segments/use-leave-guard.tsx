"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { Confirm } from "@/ui/dialog";

/** Asks before a link leads away from unsaved work, or the tab is closed. */
export function useLeaveGuard(on: boolean) {
  const router = useRouter();
  const [to, setTo] = useState<string>();
  useEffect(() => {
    if (!on) return;
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
        return;
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (
        !(link instanceof HTMLAnchorElement) ||
        (link.target !== "" && link.target !== "_self") ||
        link.hasAttribute("download")
      )
        return;
      const address = new URL(link.href);
      if (address.origin !== window.location.origin || address.pathname === window.location.pathname) return;
      event.preventDefault();
      event.stopPropagation();
      setTo(address.pathname + address.search + address.hash);
    };
    window.addEventListener("beforeunload", onUnload);
    document.addEventListener("click", onClick, true);
    return () => {
      window.removeEventListener("beforeunload", onUnload);
      document.removeEventListener("click", onClick, true);
    };
  }, [on]);
  return (
    <Confirm
      open={to !== undefined}
      onOpenChange={(open) => !open && setTo(undefined)}
      title="Leave with unsaved work?"
      action="Leave"
      look="primary"
      onConfirm={() => {
        if (to !== undefined) router.push(to);
        setTo(undefined);
      }}
    >
      <p>
        The segment is not saved. Your work is kept in this tab: it is here again when you come back, until you save or discard
        it.
      </p>
    </Confirm>
  );
}

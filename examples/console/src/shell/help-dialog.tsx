"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { Dialog } from "@/ui/dialog";
import { isTyping } from "./is-typing";

const KEYS: readonly (readonly [string, string])[] = [
  ["/", "Find a customer"],
  ["?", "This help"],
  ["g d", "Dashboard"],
  ["g c", "Campaigns"],
  ["g s", "Segments"],
  ["g p", "Customers"],
  ["g o", "Orders"],
  ["g u", "Uploads"],
  ["Esc", "Close a dialog or a menu"],
];
const PLACES: Readonly<Record<string, string>> = {
  d: "/",
  c: "/campaigns",
  s: "/segments",
  p: "/customers",
  o: "/orders",
  u: "/uploads",
};

export function HelpDialog() {
  const [open, setOpen] = useState(false);
  const router = useRouter();
  const goes = useRef(0);
  useEffect(() => {
    const show = () => setOpen(true);
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      if (event.key === "?") show();
      const place = PLACES[event.key];
      if (place !== undefined && Date.now() - goes.current < 1_500) router.push(place);
      goes.current = event.key === "g" ? Date.now() : 0;
    };
    window.addEventListener("crm-help", show);
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("crm-help", show);
      window.removeEventListener("keydown", onKey);
    };
  }, [router]);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title="Keys and help"
      description="Everything can be reached with Tab, and pressed with Enter or Space."
    >
      <dl className="grid grid-cols-[5rem_1fr] gap-y-2 text-sm">
        {KEYS.map(([key, what]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="rounded border border-line-strong bg-sunken px-1.5 py-0.5 font-mono text-xs">{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-4 text-sm">
        The API behind all of this is described at{" "}
        <a className="text-accent underline" href="/docs">
          /docs
        </a>
        .
      </p>
    </Dialog>
  );
}

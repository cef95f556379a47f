"use client";

import { Activity, LayoutDashboard, Megaphone, ShoppingBag, Upload, UserRound, UsersRound } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { ScrollEdges } from "@/ui/scroll/scroll-edges";

const PLACES = [
  { href: "/", label: "Dashboard", Icon: LayoutDashboard, also: [] },
  { href: "/campaigns", label: "Campaigns", Icon: Megaphone, also: ["/campaign"] },
  { href: "/segments", label: "Segments", Icon: UsersRound, also: ["/segment"] },
  { href: "/customers", label: "Customers", Icon: UserRound, also: ["/customer"] },
  { href: "/orders", label: "Orders", Icon: ShoppingBag, also: ["/order"] },
  { href: "/uploads", label: "Uploads", Icon: Upload, also: ["/upload"] },
  { href: "/operations", label: "Operations", Icon: Activity, also: [] },
] as const;

/** Beside the page where there is room, else a row above it. */
export function Navigation() {
  const path = usePathname();
  const strip = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page has its own place in the strip
  useEffect(() => {
    strip.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [path]);
  return (
    <aside className="border-line bg-surface max-md:border-b md:border-r">
      <div className="md:sticky md:top-0">
        <div className="px-4 pt-3 text-panel font-semibold max-md:sr-only md:pt-4 md:pb-3">CRM Engine</div>
        <div className="relative">
          <nav ref={strip} aria-label="Main" className="flex gap-0.5 overflow-x-auto p-1 md:flex-col md:px-2">
            {PLACES.map(({ href, label, Icon, also }) => {
              const here = path === href || also.some((other) => path === other || path.startsWith(`${other}/`));
              return (
                <Link
                  key={href}
                  href={href}
                  // Seven pages fetched ahead are seven times what one needs.
                  prefetch={false}
                  aria-current={here ? "page" : undefined}
                  className="flex items-center gap-2.5 rounded-md px-2.5 py-1.5 text-sm font-medium whitespace-nowrap text-muted hover:bg-sunken hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:text-ink pointer-coarse:min-h-11"
                >
                  <Icon aria-hidden size={16} className="shrink-0" />
                  {label}
                </Link>
              );
            })}
          </nav>
          <ScrollEdges of={strip} />
        </div>
      </div>
    </aside>
  );
}

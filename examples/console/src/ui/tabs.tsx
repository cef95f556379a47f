"use client";

import { Tabs as Radix } from "radix-ui";
import { type ReactNode, useRef } from "react";
import { useParams } from "@/api/use-param";
import { ScrollEdges } from "./scroll/scroll-edges";

export interface Tab {
  readonly id: string;
  readonly label: ReactNode;
  /** Made only while it is shown. */
  content(): ReactNode;
}

/** Which one is shown stands in the address, as `tab`. */
export function Tabs({ tabs, label }: { readonly tabs: readonly Tab[]; readonly label: string }) {
  const [params, change] = useParams();
  const strip = useRef<HTMLDivElement>(null);
  const first = tabs[0]?.id ?? "";
  const wanted = params.get("tab") ?? first;
  const shown = tabs.some(({ id }) => id === wanted) ? wanted : first;
  return (
    <Radix.Root value={shown} onValueChange={(id) => change({ tab: id === first ? null : id, cursor: null }, { push: true })}>
      <div className="relative mb-4">
        <Radix.List ref={strip} aria-label={label} className="flex gap-1 overflow-x-auto border-b border-line">
          {tabs.map(({ id, label: name }) => (
            <Radix.Trigger
              key={id}
              value={id}
              className="-mb-px border-b-2 border-transparent px-3 py-2 text-sm font-medium whitespace-nowrap text-muted hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
            >
              {name}
            </Radix.Trigger>
          ))}
        </Radix.List>
        <ScrollEdges of={strip} on="canvas" />
      </div>
      {tabs.map(({ id, content }) => (
        <Radix.Content key={id} value={id} tabIndex={-1}>
          {id === shown && content()}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}

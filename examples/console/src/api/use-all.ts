"use client";

import { pages } from "@crm-engine/client";
import type { Campaign, Page, PageRequest, Segment } from "@crm-engine/core";
import { useQuery } from "@tanstack/react-query";
import { useEngine } from "./engine";

/** Read at most: a picker and a search in the page are of no use with more. */
const MOST = 2_000;

export interface AllOf<T> {
  readonly items: readonly T[];
  /** There are more than were read. */
  readonly more: boolean;
}

async function readAll<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<AllOf<T>> {
  const items: T[] = [];
  for await (const item of pages(list)) {
    if (items.length === MOST) return { items, more: true };
    items.push(item);
  }
  return { items, more: false };
}

export function useAllSegments() {
  const engine = useEngine();
  return useQuery({ queryKey: ["segments", "all"], queryFn: () => readAll<Segment>((page) => engine.segments.list(page)) });
}

/** Those in the archive too. */
export function useAllCampaigns() {
  const engine = useEngine();
  return useQuery({
    queryKey: ["campaigns", "all"],
    queryFn: async () => {
      const [open, archived] = await Promise.all([
        readAll<Campaign>((page) => engine.campaigns.list(page)),
        readAll<Campaign>((page) => engine.campaigns.list(page, { archived: true })),
      ]);
      return { items: [...open.items, ...archived.items], more: open.more || archived.more };
    },
  });
}

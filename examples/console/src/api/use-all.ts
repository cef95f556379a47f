"use client";

import type { Campaign, Page, PageRequest, Segment } from "@crm-engine/core";
import { useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";

const AT_ONCE = 200;
/** Pages that are read at most: a picker and a search in the page are of no use with more. */
const PAGES = 10;

export interface AllOf<T> {
  readonly items: readonly T[];
  /** There are more than were read. */
  readonly more: boolean;
}

async function allPages<T>(read: (page: PageRequest) => Promise<Page<T>>): Promise<AllOf<T>> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES; page++) {
    const next: Page<T> = await read({ limit: AT_ONCE, ...(cursor === null ? {} : { cursor }) });
    items.push(...next.items);
    cursor = next.nextCursor;
    if (cursor === null) return { items, more: false };
  }
  return { items, more: true };
}

export function useAllSegments() {
  const engine = useEngine();
  return useQuery({ queryKey: ["segments", "all"], queryFn: () => allPages<Segment>((page) => engine.segments.list(page)) });
}

/** Those in the archive too. */
export function useAllCampaigns() {
  const engine = useEngine();
  return useQuery({
    queryKey: ["campaigns", "all"],
    queryFn: async () => {
      const [open, archived] = await Promise.all([
        allPages<Campaign>((page) => engine.campaigns.list(page)),
        allPages<Campaign>((page) => engine.campaigns.list(page, { archived: true })),
      ]);
      return { items: [...open.items, ...archived.items], more: open.more || archived.more };
    },
  });
}

"use client";

import type { RemoteClient } from "@crm-engine/client";
import { useMemo } from "react";
import { useParams } from "@/api/use-param";

export type OrderQuery = Parameters<RemoteClient["orders"]["list"]>[0];

/** Filters as they stand in the address, by the API's own names. */
export const ORDER_FILTERS = ["from", "to", "customerId", "sku", "channel", "batchId", "type", "status"] as const;
export type OrderFilter = (typeof ORDER_FILTERS)[number];

export function useOrderQuery(): OrderQuery {
  const [params] = useParams();
  return useMemo(() => {
    const said = ORDER_FILTERS.flatMap((name) => {
      const value = params.get(name);
      return value === null || value === "" ? [] : [[name, value]];
    });
    return Object.fromEntries(said);
  }, [params]);
}

/** The API's address of these orders, or of what is made of them. */
export function orderPath(path: string, query: OrderQuery): string {
  const text = new URLSearchParams(
    Object.entries(query).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  ).toString();
  return text === "" ? path : `${path}?${text}`;
}

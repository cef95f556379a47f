"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorNotice } from "@/ui/error-notice";
import { Skeleton } from "@/ui/panel";

interface StillKnownProps<T> {
  readonly query: UseQueryResult<T>;
  /** Of the skeleton. */
  readonly className: string;
  children(data: T): ReactNode;
}

/** A small part of a page: what was read before stays, and says so in a line. The page itself tells why, and what to do. */
export function StillKnown<T>({ query: { data, error, isPending, refetch }, className, children }: StillKnownProps<T>) {
  if (data === undefined) {
    return isPending && error === null ? (
      <Skeleton className={className} />
    ) : (
      <ErrorNotice compact error={error} retry={() => void refetch()} />
    );
  }
  return (
    <>
      {children(data)}
      {error !== null && <p className="mt-1 text-xs font-semibold text-warn">This is from before; the latest read failed.</p>}
    </>
  );
}

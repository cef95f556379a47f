"use client";

import { RemoteError } from "@crm-engine/client";
import type { UseQueryResult } from "@tanstack/react-query";
import { clsx } from "clsx";
import type { ReactNode } from "react";
import { useParams } from "@/api/use-param";
import { Button } from "./button";
import { ErrorNotice } from "./error-notice";
import { Empty, SkeletonRows } from "./panel";
import { ScrollRegion } from "./scroll/scroll-region";

export interface Column<T> {
  readonly head: string;
  readonly align?: "right";
  /** Not on a narrow screen. */
  readonly wideOnly?: boolean;
  cell(item: T): ReactNode;
}

interface PageOf<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Rows on a page of every list; well below what a browser draws at once. */
export const PAGE_SIZE = 50;

/** Which cursor came before which, as long as the tab lives: an address has only its own. */
const BEFORE = new Map<string, string | null>();

interface DataTableProps<T> {
  /** Names the table. */
  readonly label: string;
  readonly query: UseQueryResult<PageOf<T>>;
  readonly columns: readonly Column<T>[];
  keyOf(item: T): string;
  readonly empty: ReactNode;
  /** Name in the address of this list's cursor. */
  readonly cursorParam?: string;
}

/** One page of a list by cursor: skeleton, rows, nothing, or what went wrong, with the rows that were read before it. */
export function DataTable<T>({ label, query, columns, keyOf, empty, cursorParam = "cursor" }: DataTableProps<T>) {
  const [params, change] = useParams();
  const cursor = params.get(cursorParam);
  const { data, error, isPending } = query;
  const turn = (to: string | null) => change({ [cursorParam]: to }, { push: true });
  if (cursor !== null && isOfCursor(error)) {
    return (
      <Empty
        title="This page of the list is not there any more"
        actions={<Button onClick={() => turn(null)}>To the first page</Button>}
      >
        The address names a place in the list that the engine does not know: it is from long ago, or not whole. Nothing is lost.
      </Empty>
    );
  }
  if (data === undefined) {
    return isPending && error === null ? <SkeletonRows /> : <ErrorNotice error={error} retry={() => void query.refetch()} />;
  }
  return (
    <div>
      {error !== null && <StaleNotice error={error} retry={() => void query.refetch()} />}
      {data.items.length === 0 && cursor === null ? (
        empty
      ) : (
        <ScrollRegion label={label}>
          <table className="w-full border-collapse text-table">
            <caption className="sr-only">{label}</caption>
            <thead>
              <tr className="border-b border-line bg-sunken text-left text-xs text-muted">
                {columns.map(({ head, align, wideOnly }) => (
                  <th
                    key={head}
                    scope="col"
                    className={clsx(
                      "px-3 py-2 font-semibold whitespace-nowrap first:pl-4 last:pr-4",
                      align === "right" && "text-right",
                      wideOnly && "max-md:hidden",
                    )}
                  >
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className={clsx(query.isPlaceholderData && "opacity-60")}>
              {data.items.map((item) => (
                <tr key={keyOf(item)} className="border-b border-line last:border-b-0 hover:bg-sunken/60">
                  {columns.map(({ head, align, wideOnly, cell }) => (
                    <td
                      key={head}
                      className={clsx(
                        "px-3 py-2 align-top first:pl-4 last:pr-4",
                        align === "right" && "text-right tabular-nums",
                        wideOnly && "max-md:hidden",
                      )}
                    >
                      {cell(item)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
      {(cursor !== null || data.nextCursor !== null) && (
        <nav aria-label={`Pages of ${label}`} className="flex items-center justify-end gap-2 border-t border-line px-4 py-2">
          <Button small disabled={cursor === null} onClick={() => turn(null)}>
            First
          </Button>
          <Button small disabled={cursor === null || !BEFORE.has(cursor)} onClick={() => turn(BEFORE.get(cursor ?? "") ?? null)}>
            Previous
          </Button>
          <Button
            small
            disabled={data.nextCursor === null}
            onClick={() => {
              if (data.nextCursor === null) return;
              BEFORE.set(data.nextCursor, cursor);
              turn(data.nextCursor);
            }}
          >
            Next
          </Button>
        </nav>
      )}
    </div>
  );
}

/** It is the address that is refused, not the list. */
function isOfCursor(error: unknown): boolean {
  return error instanceof RemoteError && error.code === "invalid" && error.issues.some(({ path }) => path === "cursor");
}

/** What is shown was right a while ago; the latest read failed. */
export function StaleNotice({ error, retry }: { readonly error: unknown; readonly retry: () => void }) {
  return (
    <div className="px-4 py-2">
      <p className="mb-1 text-xs font-semibold text-warn">What you see is from before; the latest read failed.</p>
      <ErrorNotice compact error={error} retry={retry} />
    </div>
  );
}

/** A read that is not a list: its skeleton, its error or its content; content that was read before stays, marked as stale. */
export function Loaded<T>({
  query,
  skeleton,
  children,
}: {
  readonly query: UseQueryResult<T>;
  readonly skeleton?: ReactNode;
  children(data: T): ReactNode;
}) {
  const { data, error, isPending } = query;
  if (data === undefined) {
    return isPending && error === null ? (
      (skeleton ?? <SkeletonRows rows={5} />)
    ) : (
      <ErrorNotice error={error} retry={() => void query.refetch()} />
    );
  }
  return (
    <>
      {error !== null && <StaleNotice error={error} retry={() => void query.refetch()} />}
      {children(data)}
    </>
  );
}

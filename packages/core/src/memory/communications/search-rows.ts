import { compareCodePoints } from "../../model/code-points.js";
import type { StoredCommunication } from "../../model/communication-log.js";
import type { FoundBy } from "../../ports/communications.js";
import { encodeCursor, type Page, type PageRequest, readCursor } from "../../ports/page.js";
import { FOUND_KEY, findRows, type RowLook } from "../../query/log-search.js";

/** A page of those of a campaign's rows that begin so. */
export function searchRows(
  rows: readonly StoredCommunication[],
  { search, ...filter }: FoundBy,
  { limit, cursor }: PageRequest,
): Page<StoredCommunication> {
  const finding = findRows(search, filter, { limit, after: readCursor(cursor, FOUND_KEY) });
  let step = finding.next();
  while (!step.done) step = finding.next(look(rows, step.value));
  return { items: step.value.rows, nextCursor: step.value.next ? encodeCursor(step.value.next) : null };
}

function look(rows: readonly StoredCommunication[], { by, from, after, limit }: RowLook): readonly StoredCommunication[] {
  const textOf = ({ to, customerId }: StoredCommunication) => (by === "address" ? to : customerId);
  const compare = (a: readonly [string, string], b: readonly [string, string]) =>
    compareCodePoints(a[0], b[0]) || compareCodePoints(a[1], b[1]);
  const start = after && ([by === "address" ? after.address : after.customerId, after.customerId] as const);
  return rows
    .map((row) => ({ row, key: [textOf(row) ?? "", row.customerId] as const }))
    .filter(({ row, key }) => textOf(row)?.startsWith(from) && (start === undefined || compare(key, start) > 0))
    .sort((a, b) => compare(a.key, b.key))
    .slice(0, limit)
    .map(({ row }) => row);
}

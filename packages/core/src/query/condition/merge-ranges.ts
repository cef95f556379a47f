/** Half-open, `[from, to)`; an absent end is open. */
export interface Range<T extends number | string> {
  readonly from?: T | undefined;
  readonly to?: T | undefined;
}

/** The same values in as few ranges as hold them, in order: none is empty, and no two overlap or touch. */
export function mergeRanges<T extends number | string>(ranges: readonly Range<T>[]): readonly Range<T>[] {
  const merged: Range<T>[] = [];
  for (const range of ranges.filter(isNotEmpty).sort(byStart)) {
    const before = merged.at(-1);
    if (!before || isBefore(before, range)) merged.push(range);
    else if (before.to !== undefined) merged[merged.length - 1] = { from: before.from, to: later(before.to, range.to) };
  }
  return merged;
}

function isNotEmpty<T extends number | string>({ from, to }: Range<T>): boolean {
  return from === undefined || to === undefined || from < to;
}

function byStart<T extends number | string>(a: Range<T>, b: Range<T>): number {
  if (a.from === b.from) return 0;
  return a.from === undefined || (b.from !== undefined && a.from < b.from) ? -1 : 1;
}

/** Whether one ends before the other starts, with a gap between them. */
function isBefore<T extends number | string>({ to }: Range<T>, { from }: Range<T>): boolean {
  return to !== undefined && from !== undefined && to < from;
}

function later<T extends number | string>(a: T | undefined, b: T | undefined): T | undefined {
  return a === undefined || b === undefined ? undefined : a < b ? b : a;
}

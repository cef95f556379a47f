/** Half-open, `[from, to)`; an absent end is open. */
export interface Range<T extends number | string> {
  readonly from?: T | undefined;
  readonly to?: T | undefined;
}

/** The union of ranges, in order: no range is empty, and none overlaps or touches another. */
export function disjoint<T extends number | string>(ranges: readonly Range<T>[]): readonly Range<T>[] {
  const apart: Range<T>[] = [];
  for (const range of ranges.filter(isSome).sort(byStart)) {
    const before = apart.at(-1);
    if (!before || isBefore(before, range)) apart.push(range);
    else if (before.to !== undefined) apart[apart.length - 1] = { from: before.from, to: later(before.to, range.to) };
  }
  return apart;
}

function isSome<T extends number | string>({ from, to }: Range<T>): boolean {
  return from === undefined || to === undefined || from < to;
}

function byStart<T extends number | string>(a: Range<T>, b: Range<T>): number {
  if (a.from === b.from) return 0;
  return a.from === undefined || (b.from !== undefined && a.from < b.from) ? -1 : 1;
}

/** Whether there is a gap between the end of one range and the start of the next. */
function isBefore<T extends number | string>({ to }: Range<T>, { from }: Range<T>): boolean {
  return to !== undefined && from !== undefined && to < from;
}

function later<T extends number | string>(a: T | undefined, b: T | undefined): T | undefined {
  return a === undefined || b === undefined ? undefined : a < b ? b : a;
}

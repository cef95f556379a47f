import { hasCode, type Issue } from "../../errors.js";
import type { Effect } from "../../model/effect.js";

/** What a row did, or why it was refused. */
export type Fate = Effect | Issue;

/** What becomes of each item. */
export type Work<T> = (items: readonly T[]) => Promise<readonly Fate[]>;

/** Says nothing of the row or the store: this is read by whoever sent it. */
const REFUSED: Issue = { path: "", message: "the store refuses this row" };

/**
 * Does work on items that one of them can spoil: what is refused is halved until the item at fault is alone, and only it gets an
 * issue. The work must be safe to repeat, and is done in the items' order. Rejects only where the store is away.
 */
export async function narrowDown<T>(
  items: readonly T[],
  work: Work<T>,
  onRefused: (error: unknown, item: T) => void,
): Promise<readonly Fate[]> {
  const [first] = items;
  if (first === undefined) return [];
  try {
    return await work(items);
  } catch (error) {
    if (hasCode(error, "unavailable") || hasCode(error, "closed")) throw error;
    if (items.length === 1) {
      onRefused(error, first);
      return [REFUSED];
    }
    const middle = Math.ceil(items.length / 2);
    const before = await narrowDown(items.slice(0, middle), work, onRefused);
    return [...before, ...(await narrowDown(items.slice(middle), work, onRefused))];
  }
}

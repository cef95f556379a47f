/** How long an upload works on its rows before others have their turn. */
const SLICE_MS = 3;

/** Those who wait, of all uploads of this process, in the order in which they asked. */
const waiting: (() => void)[] = [];

/**
 * The turns of one upload. In each turn of the event loop one upload does one slice of work, so that whoever asks for a record beside them
 * waits for a slice at a time, and not for a slice of each.
 */
export class Turns {
  #ends = 0;

  /** The same items. Before one that comes after a slice of work, or after a wait, it takes a turn; what is done with an item is work, too. */
  async *between<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T, void, undefined> {
    for await (const item of items) {
      if (performance.now() > this.#ends) {
        await nextTurn();
        this.#ends = performance.now() + SLICE_MS;
      }
      yield item;
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(giveTurn);
  });
}

function giveTurn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(giveTurn);
}

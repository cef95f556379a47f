/** Joins calls that come while one is under way into the next one, at most `max` at once; each settles with its own. */
export function gathered<T>(max: number, flush: (items: readonly T[]) => Promise<void>): (item: T) => Promise<void> {
  const waiting: { readonly item: T; readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
  let flushing = false;
  const run = async () => {
    flushing = true;
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.splice(0, max);
      try {
        await flush(batch.map(({ item }) => item));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    flushing = false;
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!flushing) void run();
    });
}

/** What a vendor remembers of whom it put off, and of how much it has taken lately. */
export interface Patience {
  /** Whether it is not yet so long since this was first asked of it. */
  isGreylisted(key: string, greylistMs: number): boolean;
  /** Takes as many as there is room for now. */
  take(count: number, perSecond: number): number;
  /** Takes all of them, or none. */
  takeAll(count: number, perSecond: number): boolean;
}

/** Throttling is a token bucket that holds one message: nothing is saved up. */
export function createPatience(clock: () => number = Date.now): Patience {
  const firstCame = new Map<string, number>();
  let bucket = { tokens: Number.POSITIVE_INFINITY, at: 0 };
  const refill = (perSecond: number): number => {
    const now = clock();
    const tokens = Math.min(1, bucket.tokens + ((now - bucket.at) * perSecond) / 1_000);
    bucket = { tokens, at: now };
    return Math.floor(tokens);
  };
  const spend = (count: number): number => {
    bucket = { ...bucket, tokens: bucket.tokens - count };
    return count;
  };
  return {
    isGreylisted: (key, greylistMs) => {
      const first = firstCame.get(key) ?? clock();
      firstCame.set(key, first);
      return clock() - first < greylistMs;
    },
    take: (count, perSecond) => spend(Math.min(count, refill(perSecond))),
    takeAll: (count, perSecond) => count <= refill(perSecond) && spend(count) === count,
  };
}

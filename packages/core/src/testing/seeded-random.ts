/** Chance that can be repeated: the same seed draws the same, everywhere. */
export interface Random {
  /** A whole number from 0 to `below - 1`. */
  int(below: number): number;
  /** True in about `percent` of a hundred. */
  chance(percent: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** 1 to `most` picks, possibly the same one twice. */
  some<T>(from: readonly T[], most: number): readonly T[];
  shuffled<T>(items: readonly T[]): readonly T[];
}

export function seededRandom(seed: number): Random {
  const next = mulberry32(seed);
  const int = (below: number): number => Math.floor(next() * below);
  const pick = <T>(from: readonly T[]): T => {
    const [picked] = from.slice(int(from.length));
    if (picked === undefined) throw new RangeError("nothing to pick from");
    return picked;
  };
  return {
    int,
    pick,
    chance: (percent) => int(100) < percent,
    some: (from, most) => Array.from({ length: 1 + int(most) }, () => pick(from)),
    shuffled: (items) =>
      items
        .map((item) => ({ item, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item),
  };
}

/** Numbers in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same numbers for the same seed, everywhere. */
export interface Random {
  /** A whole number from 0 to `below - 1`. */
  int(below: number): number;
  /** True in about `percent` of a hundred. */
  chance(percent: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** 1 to `most` picks, possibly the same one twice. */
  some<T>(from: readonly T[], most: number): readonly T[];
}

/** Mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const int = (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
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
  };
}

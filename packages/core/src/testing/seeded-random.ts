import { pseudoRandom } from "./pseudo-random.js";

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

export function seededRandom(seed: number): Random {
  const next = pseudoRandom(seed);
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
  };
}

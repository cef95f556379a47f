import { createHash } from "node:crypto";

/** Chance that can be repeated: the same seed draws the same. */
export interface Random {
  /** In [0, 1). */
  share(): number;
  /** A whole number from 0 up to, but not including, `below`. */
  below(below: number): number;
  pick<T>(items: readonly T[]): T;
  shuffled<T>(items: readonly T[]): T[];
}

/** One source for each name, so that experiments draw alike whichever others run. */
export function seededRandom(seed: number, ...names: readonly string[]): Random {
  const digest = createHash("sha256")
    .update([seed, ...names].join("\n"))
    .digest();
  let [a, b, c, counter] = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset)) as [number, number, number, number];
  // sfc32: small, fast, and good enough for the choice of a victim.
  const share = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(share() * limit);
  return {
    share,
    below,
    pick: (items) => {
      if (items.length === 0) throw new Error("there is nothing to pick from");
      return items[below(items.length)] as (typeof items)[number];
    },
    shuffled: (items) => {
      const mixed = [...items];
      for (let end = mixed.length - 1; end > 0; end--) {
        const other = below(end + 1);
        [mixed[end], mixed[other]] = [mixed[other], mixed[end]] as [(typeof items)[number], (typeof items)[number]];
      }
      return mixed;
    },
  };
}

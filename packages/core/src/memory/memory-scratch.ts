import type { OpenScratch } from "../ports/spool.js";

/** Scratch values in memory: for inputs that fit. */
export function memoryScratch(): OpenScratch {
  return async () => {
    const values = new Map<string, string>();
    return {
      getMany: async (keys) => {
        const found = new Map<string, string>();
        for (const key of keys) {
          const value = values.get(key);
          if (value !== undefined) found.set(key, value);
        }
        return found;
      },
      setMany: async (some) => {
        for (const [key, value] of some) values.set(key, value);
      },
      close: async () => values.clear(),
    };
  };
}

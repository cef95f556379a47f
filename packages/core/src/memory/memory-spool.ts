import type { OpenSpool } from "../ports/spool.js";

/** Spools in memory: for inputs that fit. */
export function memorySpool(): OpenSpool {
  return async () => {
    const groups = new Map<string, string[]>();
    return {
      add: async (key, value) => {
        const values = groups.get(key);
        if (values) values.push(value);
        else groups.set(key, [value]);
      },
      groups: async function* () {
        for (const [key, values] of groups) yield { key, values: [...values] };
      },
      close: async () => groups.clear(),
    };
  };
}

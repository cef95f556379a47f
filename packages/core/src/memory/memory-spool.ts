import type { OpenSpool } from "../ports/spool.js";

/** Of a group. */
const MAX_VALUES = 2_000;

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
        for (const [key, values] of groups) {
          for (let start = 0; start < values.length; start += MAX_VALUES)
            yield { key, values: values.slice(start, start + MAX_VALUES) };
        }
      },
      close: async () => groups.clear(),
    };
  };
}

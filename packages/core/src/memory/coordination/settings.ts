import type { Settings } from "../../ports/coordination.js";
import type { Sync } from "../async-port.js";

export function memorySettings(): Sync<Settings> {
  const kept = new Map<string, string>();
  return {
    keep: (name, value) => {
      const before = kept.get(name);
      if (before === undefined) kept.set(name, value);
      return before ?? value;
    },
  };
}

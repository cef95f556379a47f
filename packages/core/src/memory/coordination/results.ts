import type { Results } from "../../ports/coordination.js";
import type { Sync } from "../async-port.js";

export function memoryResults(): Sync<Results> {
  const latest = new Map<string, { readonly era: number; readonly failed: readonly boolean[] }>();
  return {
    note: (name, { era, failed }, keep) => {
      const before = latest.get(name) ?? { era, failed: [] };
      const all = era > before.era ? failed : era === before.era ? [...before.failed, ...failed] : before.failed;
      const kept = { era: Math.max(era, before.era), failed: all.slice(Math.max(0, all.length - keep)) };
      latest.set(name, kept);
      return { kept: kept.failed.length, failed: kept.failed.filter(Boolean).length };
    },
  };
}

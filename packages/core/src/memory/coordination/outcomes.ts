import type { Outcomes } from "../../ports/coordination.js";
import type { Sync } from "../async-port.js";

export function memoryOutcomes(): Sync<Outcomes> {
  const latest = new Map<string, { readonly window: number; readonly failed: readonly boolean[] }>();
  return {
    record: (name, { window, failed }, keep) => {
      const before = latest.get(name) ?? { window, failed: [] };
      const all = window > before.window ? failed : window === before.window ? [...before.failed, ...failed] : before.failed;
      const kept = { window: Math.max(window, before.window), failed: all.slice(Math.max(0, all.length - keep)) };
      latest.set(name, kept);
      return { kept: kept.failed.length, failed: kept.failed.filter(Boolean).length };
    },
  };
}

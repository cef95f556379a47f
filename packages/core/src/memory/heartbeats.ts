import type { Heartbeats, StoredHeartbeat } from "../ports/heartbeats.js";
import type { Clock } from "../ports/runtime.js";
import type { Sync } from "./async-port.js";

export function memoryHeartbeats(now: Clock): Sync<Heartbeats> {
  const latest = new Map<string, StoredHeartbeat>();
  return {
    beat: (heartbeat, forgetAfterMs) => {
      latest.set(heartbeat.id, { ...heartbeat, seenAt: now() });
      for (const { id, seenAt } of latest.values()) if (seenAt <= now() - forgetAfterMs) latest.delete(id);
    },
    list: (limit) => [...latest.values()].sort((a, b) => b.seenAt - a.seenAt).slice(0, limit),
  };
}

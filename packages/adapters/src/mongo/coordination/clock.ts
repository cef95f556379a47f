import type { StoreClock } from "@crm-engine/core/ports";
import type { Connection } from "../database/connection.js";
import { readServerClock } from "../database/server-clock.js";

export function mongoClock({ use }: Connection): StoreClock {
  return { now: () => use((_, client) => readServerClock(client)) };
}

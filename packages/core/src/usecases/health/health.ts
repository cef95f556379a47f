import type { HealthApi } from "../../engine/health.js";
import { viewWorkerProcess } from "../../view/health/worker-process.js";
import type { EngineParts } from "../engine-parts.js";
import { findFaults } from "./findings.js";
import type { Look } from "./look.js";
import { vendorOf } from "./vendor.js";

export function createHealth(parts: EngineParts, look: () => Promise<Look>): HealthApi {
  return {
    workers: async () => {
      const { heartbeats, now } = await look();
      return heartbeats.map((heartbeat) => viewWorkerProcess(heartbeat, now));
    },
    vendor: async () => vendorOf(await look(), parts),
    findings: () => findFaults(parts, look),
  };
}

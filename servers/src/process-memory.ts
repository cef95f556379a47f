import { readFileSync } from "node:fs";
import type { CrmProcess } from "./crm-process.js";

/** MiB that the process has in memory. Linux only, as `peakMb`. */
export function residentMb(process: CrmProcess): number {
  return megabytes(process, "VmRSS");
}

/** The most that it ever had. */
export function peakMb(process: CrmProcess): number {
  return megabytes(process, "VmHWM");
}

function megabytes({ pid }: CrmProcess, field: string): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  if (found === undefined) throw new Error(`the process ${pid} is gone`);
  return Number(found) / 1_024;
}

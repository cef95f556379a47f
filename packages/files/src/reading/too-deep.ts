import type { Issue } from "@crm-engine/core";

/** Rows nested deeper than this are refused: nothing that a row may hold is. */
const MAX_DEPTH = 32;

export const TOO_DEEP: Issue = { path: "", message: "the row is nested too deeply" };

export function isTooDeep(value: unknown, levels = MAX_DEPTH): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((entry) => isTooDeep(entry, levels - 1));
}

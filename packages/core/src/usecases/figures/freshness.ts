import type { Instant } from "../../model/instant.js";
import type { EngineParts } from "../engine-parts.js";
import { readKeptZone } from "./kept-zone.js";

export interface Freshness {
  /** All that was stored before is in the figures. */
  readonly asOf: Instant;
  /** False while the figures of this time zone are computed for the first time. */
  readonly isComplete: boolean;
}

/** To be asked before the figures are read. */
export async function freshness({ store, clock, context }: Pick<EngineParts, "store" | "clock" | "context">): Promise<Freshness> {
  const now = await clock();
  const [[oldest], zone] = await Promise.all([store.figures.marks(1), readKeptZone(store.figures)]);
  const isComplete = zone ? zone.timeZone === context.timeZone && zone.isComplete : oldest === undefined;
  return { asOf: Math.min(now, oldest?.at ?? now), isComplete };
}

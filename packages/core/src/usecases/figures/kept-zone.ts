import type { Instant } from "../../model/instant.js";
import type { Figures } from "../../ports/figures.js";

const KEY = "zone";

/** The zone whose days the store's figures are of, and whether all of them have been computed. */
export interface KeptZone {
  readonly timeZone: string;
  readonly since: Instant;
  readonly isComplete: boolean;
}

export async function readKeptZone(figures: Figures): Promise<KeptZone | undefined> {
  const [kept] = await figures.get([KEY]);
  return kept && (JSON.parse(kept.value) as KeptZone);
}

export async function keepZone(figures: Figures, zone: KeptZone, epoch: number): Promise<void> {
  await figures.keep([{ key: KEY, value: JSON.stringify(zone) }], epoch);
}

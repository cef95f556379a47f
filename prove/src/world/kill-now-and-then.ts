import type { Crew } from "./crew.js";
import { whileProgressing } from "./until.js";
import type { World } from "./world.js";

export interface Killing {
  readonly kills: number;
  /** How many rows there are to apply, and how many have been. */
  readonly rows: number;
  readonly applied: () => Promise<number>;
  /** A kill waits no longer than this for rows to be applied. */
  readonly stalledMs: number;
}

/** Each kill comes somewhere in its share of the rows. */
export async function killNowAndThen(
  { random, say }: World,
  workers: Crew,
  { kills, rows, applied, stalledMs }: Killing,
): Promise<void> {
  for (let n = 0; n < kills; n++) {
    const mark = (rows * (n + random.share())) / kills;
    await whileProgressing(
      `${Math.round(mark)} rows are applied`,
      async () => {
        const progress = await applied();
        return { done: progress >= mark, progress };
      },
      { stalledMs },
    ).catch(() => undefined);
    await workers.killOne(random);
    if ((n + 1) % 5 === 0) say(`${n + 1} of ${kills} kills`);
  }
}

import type { Verdict } from "./verdict.js";
import type { Pairing } from "./world/pairings.js";
import type { World } from "./world/world.js";

/** Something that is done to real processes, and what must be true afterwards. */
export interface Experiment {
  readonly name: string;
  /** In one sentence. */
  readonly mustBe: string;
  /** Pairings of which it can't be asked, with the reason. */
  readonly notApplicable?: { readonly [P in Pairing]?: string };
  /** It ill-treats the broker, which must therefore be a container of ours (`world.broker`). */
  readonly needsOwnBroker?: boolean;
  /** Does it in a world of its own. Throwing counts as a miss. */
  run(world: World, verdict: Verdict): Promise<void>;
}

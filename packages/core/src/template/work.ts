import type { Context } from "liquidjs";
import type { TemplateClock } from "./zoned-time.js";

/** What one rendering may do: about half a second of an ordinary machine's time. */
const MAX_STEPS = 3_000_000;

/**
 * Counts what a rendering does, in steps of its own and never by a clock: a template that is too much for one machine is too
 * much for all, at every attempt, whatever else they are doing.
 */
export class Work {
  #left = MAX_STEPS;

  constructor(readonly clock: TemplateClock) {}

  spend(steps: number): void {
    this.#left -= steps;
    if (!(this.#left >= 0)) throw new RangeError("work limit exceeded");
  }
}

const REGISTER = "work";

/** Makes a rendering's work known to the filters and operators that take part in it. */
export function countWork(context: Context, work: Work): void {
  context.setRegister(REGISTER, work);
}

export function workOf(context: Context): Work {
  return context.getRegister<Work>(REGISTER);
}

import { isSliceOver, nextTurn } from "../event-loop.js";
import type { Work } from "./work.js";

/** A look at the clock costs about as much as a step. */
const STEPS_BETWEEN_LOOKS = 64;

/**
 * Runs a rendering, which Liquid makes of nested generators, step by step: each is counted, none needs more of the call stack
 * than another, and between them the event loop gets its turns.
 */
export async function runSteps(rendering: Iterator<unknown>, work: Work): Promise<unknown> {
  const running = [rendering];
  let passed: unknown;
  let threw = false;
  for (let steps = 1; ; steps++) {
    if (steps % STEPS_BETWEEN_LOOKS === 0 && isSliceOver()) await nextTurn();
    const innermost = running.at(-1);
    if (!innermost) {
      if (threw) throw passed;
      return passed;
    }
    try {
      const { done, value } = threw ? throwInto(innermost, passed) : innermost.next(passed);
      threw = false;
      if (done) running.pop();
      if (isIterator(value)) {
        running.push(value);
        passed = undefined;
      } else passed = value;
    } catch (error) {
      running.pop();
      threw = true;
      passed = error;
    }
    work.spend(1 + weightOf(passed));
  }
}

function throwInto(iterator: Iterator<unknown>, error: unknown): IteratorResult<unknown> {
  if (!iterator.throw) throw error;
  return iterator.throw(error);
}

/** Values are copied and compared as they pass from step to step. */
function weightOf(value: unknown): number {
  return (typeof value === "string" || Array.isArray(value) ? value.length : 0) / 64;
}

function isIterator(value: unknown): value is Iterator<unknown> {
  return typeof value === "object" && value !== null && "next" in value && typeof value.next === "function" && "throw" in value;
}

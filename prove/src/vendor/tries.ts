import type { JournalCall, MessageAnswer } from "./behaviour.js";

/** One time that a message came to the vendor. */
export interface Try {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly answer: MessageAnswer;
}

/** By address, one after the other. */
export function triesOf(calls: readonly JournalCall[]): ReadonlyMap<string, readonly Try[]> {
  const tries = new Map<string, Try[]>();
  for (const { at, messages } of calls) {
    for (const [, , , to, answer] of messages) {
      const known = tries.get(to);
      if (known) known.push({ at, answer });
      else tries.set(to, [{ at, answer }]);
    }
  }
  return tries;
}

/** Between two tries of a message. */
export interface Wait {
  readonly ms: number;
  readonly after: MessageAnswer;
  /** Attempts that count, the first of the two tries among them: one that is throttled doesn't, but the delay is as if it did. */
  readonly attempts: number;
}

export function waitsBetween(tries: readonly Try[]): readonly Wait[] {
  let counted = 0;
  return tries.slice(1).map((next, index) => {
    const { at, answer } = tries[index] ?? next;
    if (answer !== "throttled") counted += 1;
    return { ms: next.at - at, after: answer, attempts: answer === "throttled" ? counted + 1 : counted };
  });
}

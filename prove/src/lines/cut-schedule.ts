import type { Random } from "../random.js";
import type { Cut, CutOf } from "./cut-line.js";
import type { CutTally } from "./cut-tally.js";

/**
 * Between two cuts of a line so many calls pass, however long that takes, and so much time, however many they are: a driver that lost
 * a connection may let half a second go by, and work must go on. A call that was not cut both ways yet does not wait: it may not come often.
 */
const LINE_REST = 30;
const LINE_REST_MS = 1_500;

interface Way extends Cut {
  /** The next call of the same name is cut too: most likely its repetition. */
  readonly twice?: true;
}

/** The first way of each: a driver that repeats the write once gives up too. */
const FIRST: Way = { when: "before", twice: true };
const AFTER: Way = { when: "after" };
const OTHERS: readonly Way[] = [
  { when: "before" },
  AFTER,
  { when: "after", twice: true },
  { when: "before", together: true },
  { when: "after", together: true },
];

interface Call {
  cuts: number;
  /** How often it passed since it was cut. */
  passed: number;
  readonly ways: readonly Way[];
  /** How it is cut when it comes next. */
  next?: Cut | undefined;
}

/** Cuts every named call in every way, by turns, on each line: rare ones often, frequent ones ever more rarely. */
export interface CutSchedule {
  /** What is cut on one more line. */
  forLine(): CutOf;
  /** Nothing is cut before `start`, nor after `stop`. */
  start(): void;
  stop(): void;
}

export function createCutSchedule(random: Random, tally: CutTally): CutSchedule {
  let cutting = false;
  const forLine = (): CutOf => {
    const calls = new Map<string, Call>();
    let passed = 0;
    let lastAt = 0;
    return (name) => {
      if (!cutting) return undefined;
      const call = calls.get(name) ?? { cuts: 0, passed: 0, ways: [FIRST, ...random.shuffled(OTHERS)] };
      calls.set(name, call);
      const { next, cuts } = call;
      if (next) {
        call.next = undefined;
        tally.count(name, { ...next, twice: true });
        return next;
      }
      const missing = tally.of(name, "before") === 0 ? FIRST : tally.of(name, "after") === 0 ? AFTER : undefined;
      const isResting = passed < LINE_REST || Date.now() - lastAt < LINE_REST_MS;
      if (!missing && (isResting || call.passed < cuts)) {
        passed += 1;
        call.passed += 1;
        return undefined;
      }
      const { twice = false, ...cut } = missing ?? (call.ways[cuts % call.ways.length] as Way);
      Object.assign(call, { cuts: cuts + 1, passed: 0, next: twice ? cut : undefined });
      passed = 0;
      lastAt = Date.now();
      tally.count(name, cut);
      return cut;
    };
  };
  return {
    forLine,
    start: () => {
      cutting = true;
    },
    stop: () => {
      cutting = false;
    },
  };
}

export type Figure = number | string;

/** What an experiment found. It holds when nothing missed. */
export interface Finding {
  readonly figures: Readonly<Record<string, Figure>>;
  /** One sentence for each thing that is not as it must be. */
  readonly misses: readonly string[];
}

/** Collects figures, and what of them is not as it must be. */
export interface Verdict {
  figure(name: string, value: Figure): void;
  equal(name: string, value: number, expected: number): void;
  atMost(name: string, value: number, limit: number): void;
  atLeast(name: string, value: number, floor: number): void;
  miss(sentence: string): void;
  finding(): Finding;
}

/** Misses beyond these say nothing new. */
const MAX_MISSES = 10;

export function createVerdict(): Verdict {
  const figures: Record<string, Figure> = {};
  const misses: string[] = [];
  const miss = (sentence: string): void => {
    if (misses.length < MAX_MISSES) misses.push(sentence);
    else if (misses.length === MAX_MISSES) misses.push("… and more");
  };
  const compare = (name: string, value: number, holds: boolean, must: string): void => {
    figures[name] = value;
    if (!holds) miss(`${name} is ${shown(value)}; it must be ${must}`);
  };
  return {
    figure: (name, value) => {
      figures[name] = value;
    },
    equal: (name, value, expected) => compare(name, value, value === expected, shown(expected)),
    atMost: (name, value, limit) => compare(name, value, value <= limit, `at most ${shown(limit)}`),
    atLeast: (name, value, floor) => compare(name, value, value >= floor, `at least ${shown(floor)}`),
    miss,
    finding: () => ({ figures: { ...figures }, misses: [...misses] }),
  };
}

function shown(value: number): string {
  return value.toLocaleString("en");
}

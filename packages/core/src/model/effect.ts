/** When the API accepted a row: microseconds since the epoch, ever rising within a process. Orders rows about one thing. */
export type Stamp = number;

/** What an accepted row did to the record that it is about. */
export const EFFECTS = ["added", "changed", "unchanged"] as const;
export type Effect = (typeof EFFECTS)[number];

/** What a store keeps beside a record, so that a row that is applied again is told the same of it. */
export interface Stamps {
  /** Of the row that made the record. */
  readonly firstStamp: Stamp;
  /** Of the newest row applied, whether it changed anything or not. */
  readonly stamp: Stamp;
  /** Of the newest row that changed a value. */
  readonly changedStamp: Stamp;
}

/** The stamps of a record after a row; of a record that was not there before, without `before`. */
export function stampsAfter(before: Stamps | undefined, stamp: Stamp, isChanged: boolean): Stamps {
  if (!before) return { firstStamp: stamp, stamp, changedStamp: stamp };
  const { firstStamp, changedStamp } = before;
  return {
    firstStamp,
    stamp: Math.max(before.stamp, stamp),
    changedStamp: isChanged ? Math.max(changedStamp, stamp) : changedStamp,
  };
}

/**
 * What the row with this stamp did, by the stamps of the record after it. Where others have changed the record since, a row that is applied again counts as
 * one that changed it.
 */
export function effectOf({ firstStamp, changedStamp }: Omit<Stamps, "stamp">, stamp: Stamp): Effect {
  if (firstStamp === stamp) return "added";
  return changedStamp >= stamp ? "changed" : "unchanged";
}

/** Rows by what they did. */
export type EffectCounts = { readonly [E in Effect]: number };

export const NO_EFFECTS: EffectCounts = { added: 0, changed: 0, unchanged: 0 };

/** Rows that were accepted, whatever they did. */
export function acceptedIn({ added, changed, unchanged }: EffectCounts): number {
  return added + changed + unchanged;
}

export function isEffect(outcome: string): outcome is Effect {
  return outcome === "added" || outcome === "changed" || outcome === "unchanged";
}

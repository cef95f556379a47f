/** The figures of an experiment at full scale, made smaller alike. */
export interface Scale {
  readonly factor: number;
  /** A full-scale count, scaled down, but never below the floor (nor above the count). */
  count(full: number, floor: number): number;
  /** A full-scale wait in milliseconds, likewise. */
  waitMs(full: number, floor: number): number;
}

export function scaleOf(factor: number): Scale {
  const scaled = (full: number, floor: number): number => Math.max(Math.min(full, floor), Math.round(full * factor));
  return { factor, count: scaled, waitMs: scaled };
}

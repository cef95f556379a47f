/** Units that are whole days of the calendar in the rule's time zone. */
export const DAY_UNITS = ["days", "weeks", "months", "years"] as const;
export type DayUnit = (typeof DAY_UNITS)[number];

/** Minutes and hours are lengths on the clock. */
export const DURATION_UNITS = ["minutes", "hours", ...DAY_UNITS] as const;
export type DurationUnit = (typeof DURATION_UNITS)[number];

/** A length of time: so many of one unit. */
export interface LengthOfTime<U extends DurationUnit = DurationUnit> {
  readonly unit: U;
  readonly amount: number;
}

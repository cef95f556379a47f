/** Minutes and hours are lengths on the clock; days and longer are counted on the calendar of the rule's time zone. */
export const DURATION_UNITS = ["minutes", "hours", "days", "weeks", "months", "years"] as const;
export type DurationUnit = (typeof DURATION_UNITS)[number];

/** A length of time: so many of one unit. */
export interface LengthOfTime<U extends DurationUnit = DurationUnit> {
  readonly unit: U;
  readonly amount: number;
}

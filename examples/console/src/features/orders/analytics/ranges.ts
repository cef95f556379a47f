import { addDays, addMonths } from "../days";

export type Unit = "day" | "week" | "month";

export interface Range {
  readonly from: string;
  /** The first day that is left out. */
  readonly to: string;
  readonly by: Unit;
}

/** Up to and with today. */
export const PRESETS: readonly { readonly id: string; readonly label: string; of(today: string): Range }[] = [
  { id: "7", label: "Last 7 days", of: (today) => lastDays(today, 7, "day") },
  { id: "30", label: "Last 30 days", of: (today) => lastDays(today, 30, "day") },
  { id: "90", label: "Last 90 days", of: (today) => lastDays(today, 90, "week") },
  { id: "month", label: "This month", of: (today) => ({ from: addMonths(today, 0), to: addDays(today, 1), by: "day" }) },
  { id: "last-month", label: "Last month", of: (today) => ({ from: addMonths(today, -1), to: addMonths(today, 0), by: "day" }) },
  {
    id: "12-months",
    label: "Last 12 months",
    of: (today) => ({ from: addMonths(today, -11), to: addDays(today, 1), by: "month" }),
  },
  { id: "year", label: "This year", of: (today) => ({ from: `${today.slice(0, 4)}-01-01`, to: addDays(today, 1), by: "month" }) },
];

function lastDays(today: string, days: number, by: Unit): Range {
  return { from: addDays(today, 1 - days), to: addDays(today, 1), by };
}

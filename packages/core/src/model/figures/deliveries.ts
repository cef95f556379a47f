import type { Instant } from "../instant.js";
import { RECEIPT_STATUSES, type ReceiptStatus } from "../receipt.js";
import { recordOf } from "../record-of.js";
import type { Day, ZoneDays } from "./calendar.js";

/** Time is counted in steps of this length: the offsets of all time zones are multiples of it. */
export const SEEN_STEP_MS = 900_000;

/** How many rows were first seen to have a status in the step that begins at `at`. */
export interface SeenCount {
  readonly at: Instant;
  readonly status: ReceiptStatus;
  readonly rows: number;
}

/** How many messages were first seen to have each status. */
export type Deliveries = Readonly<Record<ReceiptStatus, number>>;

export const NO_DELIVERIES: Deliveries = recordOf(RECEIPT_STATUSES, () => 0);

export function addDeliveries(a: Deliveries, b: Deliveries): Deliveries {
  return recordOf(RECEIPT_STATUSES, (status) => a[status] + b[status]);
}

/** In order, without days on which nothing was seen. */
export function deliveriesByDay(counts: Iterable<SeenCount>, { dayOf }: Pick<ZoneDays, "dayOf">): ReadonlyMap<Day, Deliveries> {
  const days = new Map<Day, Deliveries>();
  for (const { at, status, rows } of counts) {
    const day = dayOf(at);
    const before = days.get(day) ?? NO_DELIVERIES;
    days.set(day, { ...before, [status]: before[status] + rows });
  }
  return new Map([...days].sort(([a], [b]) => (a < b ? -1 : 1)));
}

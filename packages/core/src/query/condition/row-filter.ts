import type { DeliveryStatus, StoredCommunication } from "../../model/communication-log.js";

/** What is asked of a campaign's log rows. */
export interface RowFilter {
  readonly status?: DeliveryStatus;
  /** Without a status, of rows that failed or were skipped. */
  readonly reason?: string;
}

/** How a customer's id, or the address of the last call, begins; either will do. */
export interface RowSearch {
  readonly customerId: string;
  readonly address: string;
}

const REASONED: readonly DeliveryStatus[] = ["failed", "skipped"];

/** The statuses that a filter leaves; all, if undefined. */
export function statusesWanted({ status, reason }: RowFilter): readonly DeliveryStatus[] | undefined {
  return status !== undefined ? [status] : reason === undefined ? undefined : REASONED;
}

export function isRowWanted(row: Pick<StoredCommunication, "status" | "reason">, filter: RowFilter): boolean {
  const statuses = statusesWanted(filter);
  return (statuses?.includes(row.status) ?? true) && (filter.reason === undefined || row.reason === filter.reason);
}

import type { ClaimedCommunication } from "../../model/communication-log.js";

/** The rows of one claim that a worker has still to deal with. */
export interface ClaimQueue {
  hasNext(): boolean;
  next(count: number): readonly ClaimedCommunication[];
  /** Something has become of the next so many, but for those that are left and those whose address is in use. */
  advance(
    count: number,
    rest: { readonly left: readonly ClaimedCommunication[]; readonly inUse: readonly ClaimedCommunication[] },
  ): void;
  /** Nothing has become of these. */
  rest(): readonly ClaimedCommunication[];
}

/** Rows whose address is in use come once more after all the others: as a rule its holder is one of these, and has its answer by then. */
export function claimQueue(claims: readonly ClaimedCommunication[]): ClaimQueue {
  let waiting = claims;
  let inUse: readonly ClaimedCommunication[] = [];
  let again = false;
  return {
    hasNext: () => waiting.length > 0,
    next: (count) => waiting.slice(0, count),
    advance: (count, rest) => {
      waiting = [...rest.left, ...waiting.slice(count)];
      inUse = [...inUse, ...rest.inUse];
      if (waiting.length > 0 || again) return;
      again = true;
      waiting = inUse;
      inUse = [];
    },
    rest: () => [...waiting, ...inUse],
  };
}

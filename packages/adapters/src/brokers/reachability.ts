import type { ConsumerEvents } from "@crm-engine/core/ports";

/** What a consumer meets at its broker, as it is told. */
export interface Reachability {
  failed(error: unknown): void;
  /** Something went through. */
  answered(): void;
}

/** Whatever it was that failed, the next thing that goes through ends it: told once. */
export function reachability(events: Pick<ConsumerEvents, "failed" | "recovered"> | undefined): Reachability {
  let isAway = false;
  return {
    failed: (error) => {
      isAway = true;
      events?.failed(error);
    },
    answered: () => {
      if (isAway) events?.recovered();
      isAway = false;
    },
  };
}

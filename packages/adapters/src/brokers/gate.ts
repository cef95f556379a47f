import { CrmError } from "@crm-engine/core/ports";

/** Calls under way, and whether more may begin. */
export interface Gate {
  readonly closed: boolean;
  /** Runs a call, or rejects as `closed`. */
  run<T>(call: () => Promise<T>): Promise<T>;
  /** Lets no more calls begin. */
  shut(): void;
  /** Settles when no call is under way. Never rejects. */
  idle(): Promise<void>;
}

/** `refusal` is what a call meets once the gate is shut. */
export function createGate(refusal: () => CrmError = queueClosed): Gate {
  const underWay = new Set<Promise<unknown>>();
  let closed = false;
  return {
    get closed() {
      return closed;
    },
    async run(call) {
      if (closed) throw refusal();
      const running = call();
      underWay.add(running);
      try {
        return await running;
      } finally {
        underWay.delete(running);
      }
    },
    shut() {
      closed = true;
    },
    async idle() {
      await Promise.allSettled(underWay);
    },
  };
}

export function queueClosed(): CrmError {
  return new CrmError("closed", "The queue is closed.");
}

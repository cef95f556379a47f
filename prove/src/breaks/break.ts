import type { MessageQueue, Sender, Store } from "@crm-engine/core/ports";

/** Ports in place of the real ones. What is absent is as it should be. */
export interface Ports {
  readonly store?: (store: Store) => Store;
  readonly queue?: (queue: MessageQueue) => MessageQueue;
  readonly sender?: (sender: Sender) => Sender;
}

/** A port that is wrong on purpose. */
export interface Break extends Ports {
  readonly name: string;
  /** The experiment that must notice. */
  readonly experiment: string;
  /** What is wrong, in a few words. */
  readonly wrong: string;
}

import type { MessageQueue, Store } from "@crm-engine/core/ports";
import type { Ports } from "../breaks/break.js";

/** How long the calls of a store and a queue took. */
export interface Timing {
  readonly ports: Ports;
  readonly settled: () => number;
  /** Of calls that have settled and of those that are still under way. */
  readonly slowest: () => { readonly call: string; readonly ms: number };
}

export function timePorts(): Timing {
  const underWay = new Map<object, { readonly call: string; readonly begunAt: number }>();
  let slowest = { call: "none", ms: 0 };
  let settled = 0;
  const longer = (call: string, begunAt: number) => {
    const ms = Date.now() - begunAt;
    if (ms > slowest.ms) slowest = { call, ms };
  };
  const timed =
    (call: string, work: (...args: unknown[]) => unknown) =>
    async (...args: unknown[]): Promise<unknown> => {
      const key = {};
      const begunAt = Date.now();
      underWay.set(key, { call, begunAt });
      try {
        return await work(...args);
      } finally {
        underWay.delete(key);
        settled += 1;
        longer(call, begunAt);
      }
    };
  const allTimed = <T extends object>(name: string, port: T): T => {
    const calls = Object.entries(port).map(([call, work]) => [
      call,
      typeof work === "function" ? timed(`${name}.${call}`, work.bind(port)) : work,
    ]);
    return Object.fromEntries(calls) as T;
  };
  const timedStore = (store: Store): Store => {
    const members = Object.entries(store).map(([name, member]) => [
      name,
      typeof member === "object" ? allTimed(name, member) : member,
    ]);
    return Object.fromEntries(members) as Store;
  };
  // A subscription and its end take as long as the work that is subscribed to.
  const timedQueue = (queue: MessageQueue): MessageQueue => ({
    ...queue,
    publish: timed("queue.publish", queue.publish as (...args: unknown[]) => unknown) as MessageQueue["publish"],
  });
  return {
    ports: { store: timedStore, queue: timedQueue },
    settled: () => settled,
    slowest: () => {
      for (const { call, begunAt } of underWay.values()) longer(call, begunAt);
      return slowest;
    },
  };
}

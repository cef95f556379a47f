import type { Duty } from "../../ports/heartbeats.js";

/** How many messages this process has in its hands, by what it does with them. */
export interface InHand {
  during<T>(duty: Duty, count: number, work: () => Promise<T>): Promise<T>;
  of(duty: Duty): number;
}

export function createInHand(): InHand {
  const counts = new Map<Duty, number>();
  const of = (duty: Duty): number => counts.get(duty) ?? 0;
  return {
    of,
    during: async (duty, count, work) => {
      counts.set(duty, of(duty) + count);
      try {
        return await work();
      } finally {
        counts.set(duty, of(duty) - count);
      }
    },
  };
}

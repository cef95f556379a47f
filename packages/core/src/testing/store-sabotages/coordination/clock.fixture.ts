import { type StoreSabotage, stateless } from "../store-sabotage.fixture.js";

export const clockSabotages: readonly StoreSabotage[] = [
  stateless("the clock is the caller's", ["clock.now: each handle tells the time"], ({ clock: { now } }) => ({
    clock: { now: async () => (await now()) + 3_600_000 },
  })),
];

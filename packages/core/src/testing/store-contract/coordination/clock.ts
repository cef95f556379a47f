import { ok } from "node:assert/strict";
import { LONG_LEASE_MS } from "../given.js";
import { type CasesOf, twoStoreCase } from "../store-harness.js";

export const clockCases: CasesOf<"clock"> = {
  now: [
    twoStoreCase(
      "each handle tells the time by which the store writes its own, in whole milliseconds",
      async ([store, other]) => {
        const before = await store.clock.now();
        const begun = await other.idempotency.begin("key", { leaseMs: LONG_LEASE_MS, ttlMs: LONG_LEASE_MS });
        const after = await other.clock.now();
        ok(begun.state === "begun");
        ok(before <= begun.startedAt && begun.startedAt <= after, `${begun.startedAt} is from ${before} to ${after}`);
        for (const time of [before, after]) ok(Number.isSafeInteger(time), `${time} is whole`);
      },
    ),
  ],
};

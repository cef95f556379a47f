import type { Instant, StoreClock } from "@crm-engine/core/ports";
import type { OperationsOf } from "../schema/operations.js";
import type { Scope } from "../schema/scope.js";

/** All processes of a file are on one machine, and have its clock. */
export const clock = { reads: { now } } satisfies OperationsOf<StoreClock>;

function now(scope: Scope): Instant {
  return scope.now();
}

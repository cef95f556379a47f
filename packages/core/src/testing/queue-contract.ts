import { deadLetterCases } from "./queue-contract/dead-letters.js";
import { deliveryCases } from "./queue-contract/delivery.js";
import { queueLifecycleCases } from "./queue-contract/lifecycle.js";
import { markCases } from "./queue-contract/marks.js";
import type { QueueCase } from "./queue-contract/queue-harness.js";

/** What every queue must do, whatever broker carries it. */
export const queueContract: readonly QueueCase[] = [...deliveryCases, ...deadLetterCases, ...markCases, ...queueLifecycleCases];

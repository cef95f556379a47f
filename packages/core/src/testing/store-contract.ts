import { batchCases } from "./store-contract/batches.js";
import { claimLeaseCases } from "./store-contract/claim-leases.js";
import { claimCases } from "./store-contract/claims.js";
import { coordinationCases } from "./store-contract/coordination.js";
import { customerReadCases } from "./store-contract/customer-reads.js";
import { customerCases } from "./store-contract/customers.js";
import { documentCases } from "./store-contract/documents.js";
import { erasureCases } from "./store-contract/erasure.js";
import { factCases } from "./store-contract/facts.js";
import { lifecycleCases } from "./store-contract/lifecycle.js";
import { orderCases } from "./store-contract/orders.js";
import { planCases } from "./store-contract/plans.js";
import { reopeningCases } from "./store-contract/reopenings.js";
import { resultCases } from "./store-contract/results.js";
import type { StoreCase } from "./store-contract/store-harness.js";

/** What every store must do, whatever it stores in. */
export const storeContract: readonly StoreCase[] = [
  ...customerCases,
  ...customerReadCases,
  ...orderCases,
  ...erasureCases,
  ...documentCases,
  ...planCases,
  ...claimCases,
  ...claimLeaseCases,
  ...factCases,
  ...reopeningCases,
  ...batchCases,
  ...coordinationCases,
  ...resultCases,
  ...lifecycleCases,
];

import { batchCases } from "./store-contract/batches.js";
import { claimLeaseCases } from "./store-contract/claims/claim-leases.js";
import { claimCases } from "./store-contract/claims/claims.js";
import { factCases } from "./store-contract/communications/facts.js";
import { planCases } from "./store-contract/communications/plans.js";
import { reopeningCases } from "./store-contract/communications/reopenings.js";
import { coordinationCases } from "./store-contract/coordination/coordination.js";
import { resultCases } from "./store-contract/coordination/outcomes.js";
import { customerReadCases } from "./store-contract/customers/customer-reads.js";
import { customerCases } from "./store-contract/customers/customers.js";
import { erasureCases } from "./store-contract/customers/erasure.js";
import { orderCases } from "./store-contract/orders.js";
import { documentCases } from "./store-contract/segments.js";
import { lifecycleCases } from "./store-contract/store.js";
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

import { batchCases } from "./store-contract/batches.js";
import { campaignCases } from "./store-contract/campaigns.js";
import { claimCases } from "./store-contract/claims/claims.js";
import { communicationCases } from "./store-contract/communications/communications.js";
import { clockCases } from "./store-contract/coordination/clock.js";
import { idempotencyCases } from "./store-contract/coordination/idempotency.js";
import { leaseCases } from "./store-contract/coordination/leases.js";
import { outcomeCases } from "./store-contract/coordination/outcomes.js";
import { rateCases } from "./store-contract/coordination/rates.js";
import { settingCases } from "./store-contract/coordination/settings.js";
import { customerCases } from "./store-contract/customers/customers.js";
import { erasureCases } from "./store-contract/erasures.js";
import { figureCases } from "./store-contract/figures.js";
import { heartbeatCases } from "./store-contract/heartbeats.js";
import { mapCases } from "./store-contract/maps.js";
import { orderCases } from "./store-contract/orders/orders.js";
import { segmentCases } from "./store-contract/segments.js";
import { storeCases } from "./store-contract/store.js";
import { type CasesOfStore, namedCases, type StoreCase } from "./store-contract/store-harness.js";
import { suppressionCases } from "./store-contract/suppressions.js";

const CASES: CasesOfStore = {
  customers: customerCases,
  suppressions: suppressionCases,
  erasures: erasureCases,
  orders: orderCases,
  segments: segmentCases,
  campaigns: campaignCases,
  communications: communicationCases,
  claims: claimCases,
  batches: batchCases,
  maps: mapCases,
  heartbeats: heartbeatCases,
  figures: figureCases,
  clock: clockCases,
  settings: settingCases,
  leases: leaseCases,
  rates: rateCases,
  outcomes: outcomeCases,
  idempotency: idempotencyCases,
};

/** What every store must do, whatever it stores in. A case's name begins with the port's method that it is mostly about. */
export const storeContract: readonly StoreCase[] = [...namedCases(CASES), ...storeCases];

import { addressSabotages } from "./store-sabotages/addresses.fixture.js";
import { batchSabotages } from "./store-sabotages/batches.fixture.js";
import { campaignSabotages } from "./store-sabotages/campaigns.fixture.js";
import { claimSabotages } from "./store-sabotages/claims.fixture.js";
import { foundRowSabotages } from "./store-sabotages/communications/found-rows.fixture.js";
import { planSabotages } from "./store-sabotages/communications/plan.fixture.js";
import { recordSabotages } from "./store-sabotages/communications/record.fixture.js";
import { reopenSabotages } from "./store-sabotages/communications/reopen.fixture.js";
import { statsSabotages } from "./store-sabotages/communications/stats.fixture.js";
import { clockSabotages } from "./store-sabotages/coordination/clock.fixture.js";
import { idempotencySabotages } from "./store-sabotages/coordination/idempotency.fixture.js";
import { leaseSabotages } from "./store-sabotages/coordination/leases.fixture.js";
import { outcomeSabotages } from "./store-sabotages/coordination/outcomes.fixture.js";
import { rateSabotages } from "./store-sabotages/coordination/rates.fixture.js";
import { settingSabotages } from "./store-sabotages/coordination/settings.fixture.js";
import { customerSabotages } from "./store-sabotages/customers/customers.fixture.js";
import { eraseSabotages } from "./store-sabotages/customers/erase.fixture.js";
import { markSabotages } from "./store-sabotages/customers/marks.fixture.js";
import { profileSabotages } from "./store-sabotages/customers/profile.fixture.js";
import { searchSabotages } from "./store-sabotages/customers/search.fixture.js";
import { erasureSabotages } from "./store-sabotages/erasures.fixture.js";
import { figureSabotages } from "./store-sabotages/figures.fixture.js";
import { filteredOrderSabotages } from "./store-sabotages/filtered-orders.fixture.js";
import { heartbeatSabotages } from "./store-sabotages/heartbeats.fixture.js";
import { orderLinkSabotages } from "./store-sabotages/order-links.fixture.js";
import { orderSabotages } from "./store-sabotages/orders.fixture.js";
import { productSabotages } from "./store-sabotages/products.fixture.js";
import { recipientOrderSabotages } from "./store-sabotages/recipient-orders.fixture.js";
import { storeSabotages } from "./store-sabotages/store.fixture.js";
import type { StoreSabotage } from "./store-sabotages/store-sabotage.fixture.js";
import { suppressionSabotages } from "./store-sabotages/suppressions.fixture.js";
import { versionedSabotages } from "./store-sabotages/versioned.fixture.js";

export const STORE_SABOTAGES: readonly StoreSabotage[] = [
  ...customerSabotages,
  ...eraseSabotages,
  ...searchSabotages,
  ...profileSabotages,
  ...markSabotages,
  ...suppressionSabotages,
  ...erasureSabotages,
  ...filteredOrderSabotages,
  ...orderSabotages,
  ...orderLinkSabotages,
  ...recipientOrderSabotages,
  ...productSabotages,
  ...versionedSabotages,
  ...campaignSabotages,
  ...planSabotages,
  ...foundRowSabotages,
  ...recordSabotages,
  ...reopenSabotages,
  ...statsSabotages,
  ...claimSabotages,
  ...addressSabotages,
  ...batchSabotages,
  ...heartbeatSabotages,
  ...figureSabotages,
  ...clockSabotages,
  ...settingSabotages,
  ...leaseSabotages,
  ...rateSabotages,
  ...outcomeSabotages,
  ...idempotencySabotages,
  ...storeSabotages,
];

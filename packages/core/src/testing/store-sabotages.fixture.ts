import { batchesSabotages } from "./store-sabotages/batches.fixture.js";
import { claimsSabotages } from "./store-sabotages/claims.fixture.js";
import { coordinationSabotages } from "./store-sabotages/coordination.fixture.js";
import { customersSabotages } from "./store-sabotages/customers.fixture.js";
import { documentsSabotages } from "./store-sabotages/documents.fixture.js";
import { erasureSabotages } from "./store-sabotages/erasure.fixture.js";
import { factsSabotages } from "./store-sabotages/facts.fixture.js";
import { lifecycleSabotages } from "./store-sabotages/lifecycle.fixture.js";
import { ordersSabotages } from "./store-sabotages/orders.fixture.js";
import { resultsSabotages } from "./store-sabotages/outcomes.fixture.js";
import { ledgerSabotages } from "./store-sabotages/plans.fixture.js";
import { reopeningsSabotages } from "./store-sabotages/reopenings.fixture.js";
import type { StoreSabotage } from "./store-sabotages/store-sabotage.fixture.js";

export const STORE_SABOTAGES: readonly StoreSabotage[] = [
  ...customersSabotages,
  ...ordersSabotages,
  ...erasureSabotages,
  ...documentsSabotages,
  ...ledgerSabotages,
  ...claimsSabotages,
  ...factsSabotages,
  ...reopeningsSabotages,
  ...batchesSabotages,
  ...coordinationSabotages,
  ...resultsSabotages,
  ...lifecycleSabotages,
];

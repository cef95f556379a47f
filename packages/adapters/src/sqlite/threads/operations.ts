import { batches } from "../batches.js";
import { campaigns } from "../campaigns.js";
import { claims } from "../claims/claims.js";
import { communications } from "../communications/communications.js";
import { clock } from "../coordination/clock.js";
import { idempotency } from "../coordination/idempotency.js";
import { leases } from "../coordination/leases.js";
import { outcomes } from "../coordination/outcomes.js";
import { rates } from "../coordination/rates.js";
import { settings } from "../coordination/settings.js";
import { customers } from "../customers/customers.js";
import { erasures } from "../erasures.js";
import { figures } from "../figures.js";
import { heartbeats } from "../heartbeats.js";
import { maps } from "../maps.js";
import { orders } from "../orders/orders.js";
import { queue } from "../queue-messages.js";
import { layout } from "../schema/layout.js";
import { segments } from "../segments.js";
import { suppressions } from "../suppressions.js";

/** The store's nouns. */
export const nouns = {
  customers,
  suppressions,
  erasures,
  orders,
  segments,
  campaigns,
  communications,
  claims,
  batches,
  maps,
  heartbeats,
  figures,
  clock,
  settings,
  leases,
  rates,
  outcomes,
  idempotency,
};

/** Everything that the threads of a file run. */
export const fileOperations = { ...nouns, queue, layout };

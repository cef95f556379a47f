import type { Break } from "./break.js";
import { BROKER_AWAY_BREAKS } from "./broker-away-breaks.js";
import { BULK_CUT_BREAKS } from "./bulk-cut-breaks.js";
import { CHURN_BREAKS } from "./churn-breaks.js";
import { CUT_REPLIES_BREAKS } from "./cut-replies-breaks.js";
import { DEFERRAL_BREAKS } from "./deferral-breaks.js";
import { DRAIN_BREAKS } from "./drain-breaks.js";
import { KILL_API_BREAKS } from "./kill-api-breaks.js";
import { KILL_BROKER_BREAKS } from "./kill-broker-breaks.js";
import { KILL_WORKER_BREAKS } from "./kill-worker-breaks.js";
import { MAILBOX_BREAKS } from "./mailbox-breaks.js";
import { ONE_BAD_ROW_BREAKS } from "./one-bad-row-breaks.js";
import { POISON_BREAKS } from "./poison-breaks.js";
import { RECEIPTS_BREAKS } from "./receipts-breaks.js";
import { RULES_BREAKS } from "./rules-breaks.js";
import { SLOW_MESSAGES_BREAKS } from "./slow-messages-breaks.js";
import { STALE_HOLDER_BREAKS } from "./stale-holder-breaks.js";

/** Every deliberate break, each with the experiment that must notice. */
export const BREAKS: readonly Break[] = [
  ...KILL_WORKER_BREAKS,
  ...KILL_API_BREAKS,
  ...KILL_BROKER_BREAKS,
  ...BROKER_AWAY_BREAKS,
  ...CUT_REPLIES_BREAKS,
  ...BULK_CUT_BREAKS,
  ...POISON_BREAKS,
  ...ONE_BAD_ROW_BREAKS,
  ...STALE_HOLDER_BREAKS,
  ...RECEIPTS_BREAKS,
  ...DRAIN_BREAKS,
  ...CHURN_BREAKS,
  ...MAILBOX_BREAKS,
  ...DEFERRAL_BREAKS,
  ...SLOW_MESSAGES_BREAKS,
  ...RULES_BREAKS,
];

import type { Experiment } from "../experiment.js";
import { brokerAway } from "./broker-away.js";
import { bulkCut } from "./bulk-cut.js";
import { churn } from "./churn.js";
import { cutReplies } from "./cut-replies.js";
import { deferral } from "./deferral.js";
import { drain } from "./drain.js";
import { erasure } from "./erasure.js";
import { killApi } from "./kill-api.js";
import { killBroker } from "./kill-broker.js";
import { killWorker } from "./kill-worker.js";
import { oneBadRow } from "./one-bad-row.js";
import { poison } from "./poison.js";
import { receipts } from "./receipts.js";
import { rules } from "./rules.js";
import { slowMessages } from "./slow-messages.js";
import { staleHolder } from "./stale-holder.js";
import { suppression } from "./suppression.js";

/** In the order in which they run. */
export const EXPERIMENTS: readonly Experiment[] = [
  killWorker,
  killApi,
  killBroker,
  brokerAway,
  cutReplies,
  bulkCut,
  poison,
  oneBadRow,
  staleHolder,
  receipts,
  drain,
  churn,
  suppression,
  erasure,
  deferral,
  slowMessages,
  rules,
];

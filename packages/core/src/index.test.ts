import { expect, it } from "vitest";
import * as core from "./index.js";

/** What an embedder and an adapter's author can reach. A name more is a promise more: think before you add one. */
it("exports these values and no others", () => {
  expect(Object.keys(core).sort()).toMatchInlineSnapshot(`
    [
      "CAMPAIGN_STATUSES",
      "CHANNELS",
      "CrmError",
      "DELIVERY_STATUSES",
      "ORDER_LINE_PRESETS",
      "RECEIPT_STATUSES",
      "RULE_JSON_SCHEMA",
      "SAMPLE_PLACES",
      "TOPICS",
      "all",
      "any",
      "applyCustomerChange",
      "attribute",
      "bareCustomer",
      "batchStatus",
      "campaignSchema",
      "consent",
      "createBatcher",
      "createEngine",
      "customerSchema",
      "field",
      "foldFact",
      "foldText",
      "formatInstant",
      "fromMinorUnits",
      "hasCode",
      "holds",
      "issuesOf",
      "logId",
      "matches",
      "messageId",
      "not",
      "orderSchema",
      "pageOf",
      "readCursor",
      "readTimeText",
      "receiptSchema",
      "rowsIn",
      "sampleHash",
      "segmentSchema",
      "splitLogId",
      "totalsOf",
      "withdrawConsent",
    ]
  `);
});

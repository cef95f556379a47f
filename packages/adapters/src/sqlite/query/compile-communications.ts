import type { MessagesRef } from "@crm-engine/core/ports";
import { compileMeasure } from "./compile-measure.js";
import { asking, type Target } from "./compile-target.js";
import { type Compiled, combine, type Leaf } from "./expressions.js";
import { wholeNumberTest } from "./value-tests.js";

/** A test of how many rows of the ledger met an event: `l` is a row. */
export function compileMessages(leaf: Leaf, { event, campaignId, window = {} }: MessagesRef, target: Target): Compiled {
  const at = `l.${event}_at`;
  const { from, to } = window;
  const tests: readonly Compiled[] = [
    { sql: `${at} IS NOT NULL`, values: [] },
    ...(target.subqueries === "set" ? asking(target, at) : []),
    ...(campaignId === undefined ? [] : [{ sql: "l.campaign_id = ?", values: [campaignId] }]),
    ...(from === undefined ? [] : [{ sql: `${at} >= ?`, values: [from] }]),
    ...(to === undefined ? [] : [{ sql: `${at} < ?`, values: [to] }]),
  ];
  return compileMeasure(leaf, target, {
    source: `${target.tables.communications} l`,
    owner: "l.customer_id",
    key: "id",
    single: campaignId !== undefined,
    where: combine(tests, "AND"),
    test: wholeNumberTest(leaf, { sql: "count(*)", values: [] }, target.limits),
    counts: true,
  });
}

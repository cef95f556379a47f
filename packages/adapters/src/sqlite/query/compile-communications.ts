import type { MessagesRef, Test } from "@crm-engine/core/ports";
import { compileMeasure } from "./compile-measure.js";
import { checkInterrupt, type Target } from "./compile-target.js";
import { type Compiled, combine } from "./expressions.js";
import { wholeNumberTest } from "./value-tests.js";

/** A test of how many of a customer's communications met an event; `l` is one of them. */
export function compileMessages(test: Test, { event, campaignId, window = {} }: MessagesRef, target: Target): Compiled {
  const at = `l.${event}_at`;
  const { from, to } = window;
  const where: readonly Compiled[] = [
    { sql: `${at} IS NOT NULL`, values: [] },
    ...checkInterrupt(target, at),
    ...(campaignId === undefined ? [] : [{ sql: "l.campaign_id = ?", values: [campaignId] }]),
    ...(from === undefined ? [] : [{ sql: `${at} >= ?`, values: [from] }]),
    ...(to === undefined ? [] : [{ sql: `${at} < ?`, values: [to] }]),
  ];
  return compileMeasure(test, target, {
    source: `${target.tables.communications} l`,
    owner: "l.customer_id",
    key: "id",
    single: campaignId !== undefined,
    where: combine(where, "AND"),
    having: wholeNumberTest(test, { sql: "count(*)", values: [] }, target.limits),
  });
}

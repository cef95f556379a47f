import { CrmError, hasCode, invalid } from "../../errors.js";
import type { StoredCampaign } from "../../model/campaign.js";
import { addressFieldOf, type Channel } from "../../model/channel.js";
import { TEST_MESSAGE_PREFIX } from "../../model/communication-log.js";
import { addressSchemas } from "../../model/contact/address.js";
import { suppressedBy } from "../../model/contact/suppression.js";
import { bareCustomer, type StoredCustomer } from "../../model/customer.js";
import { parseWith } from "../../model/edge.js";
import type { Instant } from "../../model/instant.js";
import type { OutgoingMessage } from "../../ports/sender.js";
import { lowerRule } from "../../query/lower-rule.js";
import { renderMessage } from "../../template/template.js";
import { type Campaign, viewCampaign } from "../../view/campaign.js";
import type { EngineParts } from "../engine-parts.js";
import { loadReferences } from "../segments/referenced-segments.js";
import { ruleContext } from "../segments/rule-context.js";
import { publicReason } from "../sender/public-reason.js";
import { callVendor } from "../sender/vendor-call.js";
import { testMessageSchema } from "./campaign-inputs.js";
import { getCampaign, requireSender } from "./change-campaign.js";

/** Sends one message that has no log row. Throws `invalid` if the vendor rejects it, `unavailable` if it does not take it now. */
export async function sendTest(parts: EngineParts, id: string, json: unknown): Promise<Campaign> {
  const campaign = await getCampaign(parts, id);
  const sender = requireSender(parts);
  const { channel } = campaign.message;
  const to = readAddress(parts, channel, json);
  await refuseSuppressed(parts, channel, to);
  const now = await parts.clock();
  const person = (await firstOfAudience(parts, campaign, now)) ?? bareCustomer("test", now);
  const messageId = `${TEST_MESSAGE_PREFIX}${parts.newId()}`;
  const unsubscribeUrl = parts.unsubscribeUrl?.(messageId);
  const message: OutgoingMessage = {
    id: messageId,
    campaignId: id,
    customerId: person.id,
    channel,
    to,
    ...(await renderMessage(campaign.message, person, { ...parts.context, now, campaign, unsubscribeUrl })),
    ...(unsubscribeUrl === undefined ? {} : { unsubscribeUrl }),
  };
  const { results, failure } = await callVendor(sender, [message]);
  const result = results.get(messageId);
  if (result?.status === "accepted") return viewCampaign(campaign);
  const reason = publicReason(result?.reason ?? failure?.reason ?? "it gave no reason");
  if (result?.status === "rejected") throw invalid([{ path: "to", message: `the vendor rejected the message: ${reason}` }]);
  const retryAfterMs = result?.retryAfterMs ?? failure?.retryAfterMs;
  throw new CrmError("unavailable", `The vendor did not take the message: ${reason}`, {
    details: retryAfterMs === undefined ? {} : { retryAfterMs },
  });
}

/** A test goes to whoever is named, customer or not: only what is known of the address is asked. */
async function refuseSuppressed({ store, addresses }: EngineParts, channel: Channel, to: string): Promise<void> {
  const hash = (await addresses()).hash(addressFieldOf(channel), to);
  const [known] = await store.suppressions.getMany([{ channel, hash }]);
  const by = known && suppressedBy(known);
  if (by) throw invalid([{ path: "to", message: `nobody is written to at this address: it is ${by.kind}` }]);
}

function readAddress({ context }: EngineParts, channel: Channel, json: unknown): string {
  const parsed = parseWith(testMessageSchema, json);
  if (!parsed.ok) throw invalid(parsed.issues);
  const address = parseWith(addressSchemas(context)[addressFieldOf(channel)], parsed.value.to);
  if (!address.ok) throw invalid(address.issues.map((issue) => ({ ...issue, path: "to" })));
  return address.value;
}

/** The first customer by id; undefined if the segment is missing, empty or invalid. */
async function firstOfAudience(parts: EngineParts, campaign: StoredCampaign, now: Instant): Promise<StoredCustomer | undefined> {
  const segment = await parts.store.segments.get(campaign.segmentId);
  if (!segment) return undefined;
  try {
    const segments = await loadReferences(segment.rule, parts);
    const condition = lowerRule(segment.rule, ruleContext(parts, { now, timeZone: segment.timeZone, segments }));
    return (await parts.store.customers.find(condition, { limit: 1 })).items[0];
  } catch (error) {
    if (hasCode(error, "invalid")) return undefined;
    throw error;
  }
}

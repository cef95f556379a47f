import { type Issue, invalid } from "../../errors.js";
import type { StoredCampaign } from "../../model/campaign.js";
import { addressFieldOf, type Channel } from "../../model/channel.js";
import { TEST_MESSAGE_PREFIX } from "../../model/communication-log.js";
import { addressSchemas } from "../../model/contact/address.js";
import { suppressedBy } from "../../model/contact/suppression.js";
import { bareCustomer, type StoredCustomer } from "../../model/customer.js";
import { parseWith } from "../../model/edge.js";
import type { Instant } from "../../model/instant.js";
import { withoutUndefined } from "../../model/record-of.js";
import type { OutgoingMessage, Sender } from "../../ports/sender.js";
import { missingVariables, renderMessage } from "../../template/template.js";
import { type Campaign, viewCampaign } from "../../view/campaign.js";
import type { EngineParts } from "../engine-parts.js";
import { publicReason } from "../sender/public-reason.js";
import { callVendor, type VendorAnswer } from "../sender/vendor-call.js";
import { testMessageSchema } from "./campaign-inputs.js";
import { getCampaign, requireSender } from "./change-campaign.js";
import { sampleRecipient } from "./sample-recipient.js";

type Tested = NonNullable<Campaign["test"]>;
type TestResult = Tested["results"][number];

/**
 * Sends one message to each address that nobody has suppressed, outside the log, as somebody of the audience or whoever was chosen.
 * What the vendor says of one address keeps nothing from another.
 */
export async function sendTest(parts: EngineParts, id: string, json: unknown): Promise<Campaign> {
  const campaign = await getCampaign(parts, id);
  const sender = requireSender(parts);
  const { to, customerId } = readTest(parts, campaign.message.channel, json);
  const now = await parts.clock();
  const sample = await sampleRecipient(parts, campaign, { customerId, now });
  const person = sample?.person ?? bareCustomer("test", now);
  const suppressed = await suppressedOf(parts, campaign.message.channel, to);
  const messages: OutgoingMessage[] = [];
  for (const address of to) {
    if (!suppressed.has(address)) messages.push(await messageTo(parts, campaign, { address, person, now }));
  }
  const sent = await sendAll(sender, messages);
  const missing = await missingVariables(campaign.message, person, {
    ...parts.context,
    ...{ now, campaign, unsubscribeUrl: messages[0]?.unsubscribeUrl },
  });
  const results = to.map((address): TestResult => sent.get(address) ?? refused(address, suppressed.get(address)));
  return {
    ...viewCampaign(campaign),
    test: { ...withoutUndefined({ customerId: sample?.person.id }), missing, results },
  };
}

async function messageTo(
  parts: EngineParts,
  campaign: StoredCampaign,
  { address, person, now }: { readonly address: string; readonly person: StoredCustomer; readonly now: Instant },
): Promise<OutgoingMessage> {
  const id = `${TEST_MESSAGE_PREFIX}${parts.newId()}`;
  const unsubscribeUrl = parts.unsubscribeUrl?.(id);
  return {
    id,
    campaignId: campaign.id,
    customerId: person.id,
    channel: campaign.message.channel,
    to: address,
    ...(await renderMessage(campaign.message, person, { ...parts.context, now, campaign, unsubscribeUrl })),
    ...withoutUndefined({ unsubscribeUrl }),
  };
}

/** By address. The calls are made at once: none waits for another's time-out. */
async function sendAll(sender: Sender, messages: readonly OutgoingMessage[]): Promise<ReadonlyMap<string, TestResult>> {
  const calls: OutgoingMessage[][] = [];
  for (let at = 0; at < messages.length; at += sender.maxBatch) calls.push(messages.slice(at, at + sender.maxBatch));
  const results = await Promise.all(
    calls.map(async (call) => {
      const answer = await callVendor(sender, call);
      return call.map(({ id, to }): readonly [string, TestResult] => [to, resultOf(answer, id, to)]);
    }),
  );
  return new Map(results.flat());
}

function resultOf({ results, failure }: VendorAnswer, id: string, to: string): TestResult {
  const result = results.get(id);
  const unanswered = failure?.taken === "none" ? "retry" : "unknown";
  const said = result?.reason ?? failure?.reason;
  return {
    to,
    status: result?.status ?? unanswered,
    ...withoutUndefined({
      reason: result?.status === "accepted" && said === undefined ? undefined : publicReason(said ?? "it gave no reason"),
      vendorMessageId: result?.vendorMessageId,
      retryAfterMs: result?.retryAfterMs ?? failure?.retryAfterMs,
    }),
  };
}

function refused(to: string, by = ""): TestResult {
  return { to, status: "suppressed", reason: `nobody is written to at this address: it is ${by}` };
}

/** A test goes to whoever is named, customer or not: only what is known of the address is asked. By what, for each that is suppressed. */
async function suppressedOf(
  { store, addresses }: EngineParts,
  channel: Channel,
  to: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const hasher = await addresses();
  const hashes = new Map(to.map((address) => [hasher.hash(addressFieldOf(channel), address), address]));
  const known = await store.suppressions.getMany([...hashes.keys()].map((hash) => ({ channel, hash })));
  return new Map(
    known.flatMap((one): readonly (readonly [string, string])[] => {
      const by = suppressedBy(one);
      return by ? [[hashes.get(one.hash) ?? "", by.kind]] : [];
    }),
  );
}

/** Each address once, in its one form. */
function readTest({ context }: EngineParts, channel: Channel, json: unknown) {
  const parsed = parseWith(testMessageSchema, json);
  if (!parsed.ok) throw invalid(parsed.issues);
  const { to, customerId } = parsed.value;
  const schema = addressSchemas(context)[addressFieldOf(channel)];
  const issues: Issue[] = [];
  const addresses = (typeof to === "string" ? [to] : to).flatMap((written, index) => {
    const address = parseWith(schema, written);
    if (address.ok) return [address.value];
    issues.push(...address.issues.map((issue) => ({ ...issue, path: typeof to === "string" ? "to" : `to.${index}` })));
    return [];
  });
  if (issues.length > 0) throw invalid(issues);
  return { to: [...new Set(addresses)], customerId };
}

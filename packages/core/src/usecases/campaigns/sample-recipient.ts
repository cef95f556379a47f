import { hasCode, notFound } from "../../errors.js";
import type { StoredCampaign } from "../../model/campaign.js";
import type { StoredCustomer } from "../../model/customer.js";
import type { Instant } from "../../model/instant.js";
import type { Condition } from "../../query/condition/condition.js";
import { lowerRule } from "../../query/lower-rule.js";
import type { EngineParts } from "../engine-parts.js";
import { ruleContext } from "../segments/rule-context.js";
import { requireAudience } from "./campaign-audience.js";

/** Somebody as whom a message is looked at before it is sent. */
export interface SampleRecipient {
  readonly person: StoredCustomer;
  /** Whether a launch now would write to them, as far as the segments go. */
  readonly inAudience: boolean;
}

/** The customer who was chosen, member or not (`not_found` where there is none), else the first of the audience by id. Undefined where that is empty, or can't be read. */
export async function sampleRecipient(
  parts: EngineParts,
  campaign: StoredCampaign,
  { customerId, now }: { readonly customerId: string | undefined; readonly now: Instant },
): Promise<SampleRecipient | undefined> {
  const { customers } = parts.store;
  const audience = await audienceOf(parts, campaign, now);
  if (customerId === undefined) {
    const [first] = audience ? (await customers.find(audience, { limit: 1 })).items : [];
    return first && { person: first, inAudience: true };
  }
  const person = await customers.get(customerId);
  if (!person) throw notFound("customer", customerId);
  const isThem: Condition = { kind: "textIn", field: { of: "customer", name: "id", type: "text" }, values: [person.id] };
  const found = audience && (await customers.find({ kind: "all", of: [isThem, audience] }, { limit: 1 }));
  return { person, inAudience: (found?.items.length ?? 0) > 0 };
}

/** Undefined if a segment is missing or its rule invalid. */
async function audienceOf(parts: EngineParts, campaign: StoredCampaign, now: Instant): Promise<Condition | undefined> {
  try {
    const audience = await requireAudience(parts, campaign);
    return lowerRule(audience.rule, ruleContext(parts, { now, ...audience }));
  } catch (error) {
    if (hasCode(error, "invalid")) return undefined;
    throw error;
  }
}

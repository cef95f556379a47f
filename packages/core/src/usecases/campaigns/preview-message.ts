import { CrmError, invalid } from "../../errors.js";
import { addressFieldOf } from "../../model/channel.js";
import { TEST_MESSAGE_PREFIX } from "../../model/communication-log.js";
import { parseWith } from "../../model/edge.js";
import { withoutUndefined } from "../../model/record-of.js";
import { missingVariables, renderMessage } from "../../template/template.js";
import type { MessagePreview } from "../../view/message/message-preview.js";
import { contactable } from "../customers.js";
import type { EngineParts } from "../engine-parts.js";
import { previewSchema } from "./campaign-inputs.js";
import { getCampaign } from "./change-campaign.js";
import { sampleRecipient } from "./sample-recipient.js";

/** The message as one customer would get it now, by the rendering that sending uses. An unsubscribe link in it withdraws nobody. */
export async function previewMessage(parts: EngineParts, id: string, json: unknown): Promise<MessagePreview> {
  const campaign = await getCampaign(parts, id);
  const parsed = parseWith(previewSchema, json ?? {});
  if (!parsed.ok) throw invalid(parsed.issues);
  const now = await parts.clock();
  const recipient = await sampleRecipient(parts, campaign, { customerId: parsed.value.customerId, now });
  if (!recipient) {
    throw new CrmError(
      "conflict",
      "Nobody is in the audience of this campaign: name a customer (customerId), or change its segments.",
    );
  }
  const { person, inAudience } = recipient;
  const { message } = campaign;
  const unsubscribeUrl = parts.unsubscribeUrl?.(`${TEST_MESSAGE_PREFIX}${parts.newId()}`);
  const context = { ...parts.context, now, campaign, unsubscribeUrl };
  return {
    customer: withoutUndefined({ id: person.id, name: person.name }),
    inAudience,
    contactable: await contactable(parts, person, message.channel),
    channel: message.channel,
    ...withoutUndefined({ to: person[addressFieldOf(message.channel)] }),
    ...(await renderMessage(message, person, context)),
    missing: await missingVariables(message, person, context),
  };
}

import { type DeliveryFact, messageId } from "../../model/communication-log.js";
import type { AddressHasher } from "../../model/contact/address-hash.js";
import { bounceBy, bounceByRefusal } from "../../model/contact/bounce.js";
import type { AddressEvidence, AddressKey, EvidenceKind } from "../../model/contact/suppression.js";
import { hasTrait } from "../../model/receipt.js";

/** What a fact about a message says of the mailbox that the message went to. */
export function evidenceOfFact(key: AddressKey, fact: DeliveryFact, hasher: AddressHasher): readonly AddressEvidence[] {
  const { logId: id, generation, at } = fact;
  return kindsIn(fact).map((kind) => ({
    ...key,
    kind,
    at,
    ...(kind === "soft_bounced" ? { message: hasher.opaque(messageId({ id, generation })) } : {}),
  }));
}

function kindsIn({ status, reason, bounce }: DeliveryFact): readonly EvidenceKind[] {
  const proof: readonly EvidenceKind[] = hasTrait(status, "provesDelivery") ? ["delivered"] : [];
  switch (status) {
    case "delivered":
      return ["delivered"];
    case "bounced":
      return [(bounce ?? bounceBy(reason)) === "hard" ? "bounced" : "soft_bounced"];
    case "failed": {
      const said = bounceByRefusal(reason);
      return said === undefined ? [] : [said === "hard" ? "bounced" : "soft_bounced"];
    }
    case "complained":
    case "unsubscribed":
      return [status, ...proof];
    case "sent":
    case "opened":
    case "clicked":
      return proof;
  }
}

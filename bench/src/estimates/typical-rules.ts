import {
  all,
  any,
  attribute,
  consent,
  field,
  messages,
  not,
  orderField,
  orders,
  type Rule,
  sample,
  segment,
} from "@crm-engine/core";
import { CAMPAIGN } from "../population/load.js";
import { sku } from "../population/people.js";

/** A rule of the kind that marketers write. */
export interface TypicalRule {
  readonly name: string;
  readonly rule: Rule;
}

/** What the segment that one of the rules refers to holds. */
export const VIP: Rule = field("totalSpend").gt(5_000);

const WINDOW = { days: 90 } as const;

export function typicalRules(vip: string): readonly TypicalRule[] {
  return [
    { name: "spent", rule: field("totalSpend").gt(10_000) },
    { name: "spent-and-away", rule: all(field("totalSpend").gt(1_000), not(field("lastVisitAt").inLast({ months: 1 }))) },
    { name: "tagged", rule: all(field("tags").includesAny(["vip", "wholesale"]), consent("email").eq("subscribed")) },
    { name: "attributes", rule: all(attribute("plan").eq("pro"), attribute("city").in(["City 7", "City 8"])) },
    { name: "often", rule: orders({ within: WINDOW }).count.gte(3) },
    { name: "bought", rule: orders({ where: orderField("sku").eq(sku(7)), within: { days: 365 } }).count.gte(1) },
    { name: "average", rule: orders({ within: { days: 180 } }).avg.gt(500) },
    {
      name: "unopened",
      rule: all(messages("delivered", { campaign: CAMPAIGN }), not(messages("opened", { campaign: CAMPAIGN }))),
    },
    { name: "birthday", rule: attribute("born").anniversaryWithin({ days: 7 }) },
    {
      name: "lapsed-or-vip",
      rule: all(any(segment(vip), field("lastOrderAt").olderThan({ days: 365 })), sample(10, "july")),
    },
  ];
}

/** The arithmetic that the seed of the sample comes to. */
export const JULY = { factor: 2_888_336, offset: 1_743_868_500 } as const;

"use client";

import { useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { useVendor } from "@/api/use-vendor";

/** What a template can name besides attributes. */
const ALWAYS = [
  "customer.name",
  "customer.email",
  "customer.phone",
  "customer.id",
  "customer.timeZone",
  "customer.tags",
  "customer.visitCount",
  "customer.lastVisitAt",
  "customer.orderCount",
  "customer.totalSpend",
  "customer.firstOrderAt",
  "customer.lastOrderAt",
  "customer.createdAt",
  "campaign.name",
  "campaign.id",
] as const;
export const UNSUBSCRIBE_URL = "unsubscribeUrl";
const DECLARED = "attributes.";

/** Variables that a template may name: the engine's own, the declared attributes, and those that members of the audience have. */
export function useTemplateVariables(seen: readonly string[]): readonly string[] {
  const engine = useEngine();
  const fields = useQuery({ queryKey: ["fields"], queryFn: () => engine.segments.fields(), staleTime: 60_000 });
  const declared =
    fields.data?.fields.flatMap(({ name }) => (name.startsWith(DECLARED) ? [name.slice(DECLARED.length)] : [])) ?? [];
  const attributes = [...new Set([...declared, ...seen])].sort();
  const links = useVendor().data?.unsubscribeLinks === true ? [UNSUBSCRIBE_URL] : [];
  return [...ALWAYS, ...links, ...attributes.map(attributeVariable)];
}

function attributeVariable(name: string): string {
  return /^[A-Za-z_][\w-]*$/.test(name) ? `customer.attributes.${name}` : `customer.attributes[${JSON.stringify(name)}]`;
}

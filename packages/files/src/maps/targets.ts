import type { BatchKind } from "@crm-engine/core";
import { ADDRESS_FIELDS, CHANNELS, ORDER_LINE_TARGETS, type OrderLineTarget } from "@crm-engine/core/schemas";

/** How cells of a target are read. */
export type TargetKind = "text" | "list" | "date" | "whole" | "number" | "money" | "choice" | "consent" | "attribute";

const CUSTOMER_KINDS: Readonly<Record<string, TargetKind>> = {
  id: "text",
  ...Object.fromEntries(ADDRESS_FIELDS.map((field) => [field, "text"])),
  name: "text",
  timeZone: "text",
  tags: "list",
  visitCount: "whole",
  lastVisitAt: "date",
  ...Object.fromEntries(CHANNELS.map((channel) => [`consent.${channel}`, "consent"])),
};

const ORDER_KINDS: Readonly<Partial<Record<OrderLineTarget, TargetKind>>> = {
  placedAt: "date",
  type: "choice",
  status: "choice",
  currency: "choice",
  amount: "money",
  discount: "money",
  shipping: "money",
  "item.quantity": "number",
  "item.price": "money",
  "item.shipping": "money",
};

export const ATTRIBUTE = /^attributes\.(.+)$/s;

/** Undefined for what is no target of the kind. */
export function targetKind(kind: BatchKind, target: string): TargetKind | undefined {
  if (kind === "orders") return isOrderTarget(target) ? (ORDER_KINDS[target] ?? "text") : undefined;
  if (Object.hasOwn(CUSTOMER_KINDS, target)) return CUSTOMER_KINDS[target];
  const name = ATTRIBUTE.exec(target)?.[1];
  return name === undefined || name === "__proto__" ? undefined : "attribute";
}

export function targetsOf(kind: BatchKind): readonly string[] {
  return kind === "orders" ? ORDER_LINE_TARGETS : [...Object.keys(CUSTOMER_KINDS), "attributes.NAME"];
}

export function isOrderTarget(target: string): target is OrderLineTarget {
  return (ORDER_LINE_TARGETS as readonly string[]).includes(target);
}

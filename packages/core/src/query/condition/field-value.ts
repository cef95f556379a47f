import type { OrderItem, StoredOrder } from "../../model/order.js";
import type { Condition, FieldRef, MessagesRef, OrdersRef } from "./condition.js";
import { evaluate } from "./evaluate.js";
import { evidenceOf } from "./message-event.js";
import { sampleHash, samplePlace } from "./sample.js";
import type { Subject, SubjectMessage } from "./subject.js";

/** The value of a customer's field; undefined where it is missing or null. Attributes are read by own key only. */
export function readField(field: FieldRef, subject: Subject): unknown {
  switch (field.of) {
    case "customer":
      return subject[field.name] ?? undefined;
    case "attribute":
      return Object.hasOwn(subject.attributes, field.name) ? (subject.attributes[field.name] ?? undefined) : undefined;
    case "consent":
      return subject.consent[field.channel]?.state ?? field.otherwise;
    case "mark":
      return subject.marks[field.channel]?.refusal;
    case "orders":
      return readMeasure(field, subject.orders ?? []);
    case "messages":
      return (subject.messages ?? []).filter((message) => metEvent(field, message)).length;
    case "sample":
      return samplePlace(sampleHash(subject.id), field);
    case "order":
    case "item":
      return undefined;
  }
}

/** Whether an order counts: one of its items makes the whole of `where` true, or the order itself does if it has no items. */
export function orderMeets(where: Condition, order: StoredOrder): boolean {
  const met = (item: OrderItem | undefined): boolean =>
    evaluate(where, (field) => {
      if (field.of === "order") return order[field.name] ?? undefined;
      return field.of === "item" ? (item?.[field.name] ?? undefined) : undefined;
    });
  return order.items.length === 0 ? met(undefined) : order.items.some(met);
}

function readMeasure({ measure, base = 0, where }: OrdersRef, orders: readonly StoredOrder[]): number | undefined {
  const counted = orders.filter((order) => orderMeets(where, order));
  if (measure === "count") return counted.length;
  if (measure === "sum") return sum(counted.map(({ amount }) => amount));
  if (counted.length === 0) return undefined;
  switch (measure) {
    case "min":
      return least(counted.map(({ amount }) => amount));
    case "max":
      return greatest(counted.map(({ amount }) => amount));
    case "first":
      return least(counted.map(({ placedAt }) => placedAt));
    case "last":
      return greatest(counted.map(({ placedAt }) => placedAt));
    case "excess":
      return sum(counted.map(({ amount }) => amount - base));
  }
}

function metEvent({ event, campaignId, window }: MessagesRef, { campaignId: of, evidence }: SubjectMessage): boolean {
  if (campaignId !== undefined && campaignId !== of) return false;
  const known = evidenceOf(event)
    .map((status) => evidence[status])
    .filter((time) => time !== undefined);
  if (known.length === 0) return false;
  const at = least(known);
  return (window?.from === undefined || at >= window.from) && (window?.to === undefined || at < window.to);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function greatest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}

import type { BatchKind, ImportMap } from "@crm-engine/core";
import { CONSENT_WORDS, isTimeZone, MAPPED_TYPES, type MappedColumn } from "@crm-engine/core/schemas";
import { z } from "zod";
import { formatFault } from "./date-formats.js";
import { type TargetKind, targetKind, targetsOf } from "./targets.js";

const name = z.string().min(1).max(1_000);
const words = z.array(z.string().max(200)).max(200);
const format = z.union([z.string().min(1).max(100), z.array(z.string().min(1).max(100)).min(1).max(10)]);
const zone = z.string().max(100).refine(isTimeZone, "must be an IANA time zone such as Europe/London");
const date = z.strictObject({
  column: name,
  optional: z.boolean().optional(),
  format: format.optional(),
  zone: zone.optional(),
});

const column = z.strictObject({
  column: name.optional(),
  columns: z.array(name).min(1).max(50).optional(),
  value: z.union([z.string().max(1_000), z.number(), z.boolean(), z.array(z.string().max(1_000)).max(100)]).optional(),
  optional: z.boolean().optional(),
  join: z.string().max(20).optional(),
  take: z.literal("first").optional(),
  separator: z.string().min(1).max(10).optional(),
  format: format.optional(),
  zone: zone.optional(),
  decimal: z.enum([".", ","]).optional(),
  minus: name.optional(),
  none: words.optional(),
  values: z.record(z.string().max(200), z.string().max(200)).optional(),
  type: z.enum(MAPPED_TYPES).optional(),
  true: words.optional(),
  false: words.optional(),
  empty: z.literal("clear").optional(),
  subscribed: words.optional(),
  unsubscribed: words.optional(),
  bounced: words.optional(),
  complained: words.optional(),
  unknown: words.optional(),
  at: z.union([name, date]).optional(),
});

/** Options of every target. */
const COMMON = ["column", "columns", "value", "optional", "join", "take", "empty"];
const CONSENT = [...CONSENT_WORDS, "unknown", "at"];
const OPTIONS: Readonly<Record<TargetKind, readonly string[]>> = {
  text: ["format", "values"],
  list: ["separator"],
  date: ["format", "zone"],
  whole: ["decimal", "format"],
  number: ["decimal", "format", "none"],
  money: ["decimal", "format", "minus"],
  choice: ["values"],
  consent: CONSENT,
  attribute: ["type", "format", "zone", "decimal", "separator", "true", "false"],
};

/** A map of one kind. Its type says what it may hold, this what goes together. */
export function importMapSchema(kind: BatchKind) {
  return z
    .record(z.string().max(220), z.union([name, column]))
    .refine((map) => Object.keys(map).length <= 600, "must have at most 600 targets")
    .superRefine((map, refinement) => {
      const fault = (path: readonly string[], message: string) =>
        refinement.addIssue({ code: "custom", path: [...path], message });
      for (const [target, entry] of Object.entries(map)) {
        const found = targetKind(kind, target);
        if (found === undefined) fault([target], `is no target of ${kind}: there are ${targetsOf(kind).join(", ")}`);
        else if (typeof entry === "object")
          entryFaults(found, kind, entry, (option, message) => fault([target, option], message));
      }
      for (const [target, message] of lacking(kind, map)) fault([target], message);
    })
    .transform((map): ImportMap => map)
    .meta({
      description: `Targets to columns. Targets: ${targetsOf(kind).join(", ")}. An entry is a column's name, or says how columns are read, or has a value for every row.`,
    });
}

function entryFaults(
  found: TargetKind,
  kind: BatchKind,
  entry: MappedColumn,
  fault: (option: string, message: string) => void,
): void {
  const sources = [entry.column, entry.columns, entry.value].filter((source) => source !== undefined).length;
  if (sources !== 1) fault("column", "give one of column, columns and value");
  for (const option of Object.keys(entry)) {
    if (!COMMON.includes(option) && !OPTIONS[found].includes(option))
      fault(option, `does not go with this target, but ${[...COMMON, ...OPTIONS[found]].join(", ")}`);
  }
  if (entry.empty && kind === "orders") fault("empty", "is for customers: what an order's line does not say, another may");
  if (entry.empty && found === "consent")
    fault("empty", "a consent can't be cleared: give the empty text to unsubscribed, if that is what it means");
  for (const [option, one] of [["format", entry] as const, ["at", typeof entry.at === "object" ? entry.at : {}] as const]) {
    const message = wrongFormat(option === "at" ? "date" : found, one);
    if (message !== undefined) fault(option, message);
  }
  if (found === "attribute" && entry.type === undefined)
    for (const option of OPTIONS.attribute) if (option in entry) fault(option, `needs a type: ${MAPPED_TYPES.join(", ")}`);
}

function wrongFormat(found: TargetKind, { format: given, type }: Pick<MappedColumn, "format" | "type">): string | undefined {
  if (given === undefined) return undefined;
  const formats = typeof given === "string" ? [given] : given;
  if (found === "date" || type === "date") return formats.map(formatFault).find((fault) => fault !== undefined);
  const allowed = found === "text" || type === "string" ? ["integer", "verbatim"] : ["json"];
  return formats.length === 1 && allowed.includes(formats[0] ?? "") ? undefined : `may be ${allowed.join(" or ")}`;
}

function lacking(kind: BatchKind, map: object): readonly (readonly [string, string])[] {
  const has = (...targets: readonly string[]): boolean => targets.some((target) => Object.hasOwn(map, target));
  if (kind === "customers") return has("id", "email", "phone") ? [] : [["id", "an id, email or phone is needed"]];
  return [
    ...(has("id") ? [] : [["id", "is needed: lines with the same id are one order"] as const]),
    ...(has("placedAt") ? [] : [["placedAt", "is needed"] as const]),
    ...(has("customer.id", "customer.email", "customer.phone")
      ? []
      : [["customer.id", "customer.id, customer.email or customer.phone is needed"] as const]),
    ...(has("amount", "item.price") ? [] : [["amount", "is needed, or item.price, of which it is made"] as const]),
    ...(has("item.price", "item.name", "item.category", "item.quantity") && !has("item.sku")
      ? [["item.sku", "is needed of items"] as const]
      : []),
    ...(has("item.sku") && !has("item.price") ? [["item.price", "is needed of items"] as const] : []),
  ];
}

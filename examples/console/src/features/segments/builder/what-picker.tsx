"use client";

import type { FieldCatalogue } from "@crm-engine/core";
import { Combo, type ComboOption } from "../combo";
import { ATTRIBUTE, EVENT_WORDS, fieldWords, firstValue, MEASURE_WORDS, OPERATOR_WORDS, TYPE_WORDS } from "../rule/language";
import { fieldNamed, isRecord, type Json, type LeafKind, type Scope } from "../rule/leaf-form";
import { type RuleWorld, useRuleWorld } from "../rule-world";
import type { Examples } from "../use-examples";

interface WhatPickerProps {
  readonly label: string;
  readonly leaf: unknown;
  readonly kind: LeafKind;
  readonly scope: Scope;
  readonly autoFocus?: boolean;
  onChange(leaf: Json): void;
}

/** What a condition is about: a field, purchases, messages, another segment, a sample. */
export function WhatPicker({ label, leaf, kind, scope, autoFocus, onChange }: WhatPickerProps) {
  const world = useRuleWorld();
  const { catalogue, examples } = world;
  const value = whatOf(leaf, kind);
  return (
    <Combo
      label={label}
      className="max-w-full"
      fit
      value={value}
      shown={value.startsWith("field ") ? fieldWords(value.slice("field ".length), scope) : ""}
      options={optionsOf(catalogue, examples, scope)}
      placeholder="What? Type a part of it"
      invalid={kind === "new"}
      autoFocus={autoFocus}
      free={scope === "customer" ? attributeNamed : undefined}
      onChange={(what) => {
        if (what !== value) onChange(beginning(what, leaf, scope, world));
      }}
    />
  );
}

function attributeNamed(text: string): ComboOption {
  return { value: `field ${ATTRIBUTE}${text}`, label: `Attribute named “${text}”`, group: "Another attribute" };
}

function whatOf(leaf: unknown, kind: LeafKind): string {
  if (!isRecord(leaf) || kind === "new" || kind === "json") return "";
  if (kind === "field") return `field ${String(leaf.field)}`;
  if (kind === "orders") return `orders ${measureOf(leaf.orders)}`;
  return kind === "messages" && isRecord(leaf.messages) ? `messages ${String(leaf.messages.event)}` : kind;
}

export function measureOf(query: unknown): string {
  return isRecord(query) ? (Object.keys(query).find((key) => MEASURE_WORDS[key] !== undefined) ?? "") : "";
}

/** Each of many conditions has the same. */
let made:
  | { readonly catalogue: FieldCatalogue; readonly examples: Examples; readonly of: Map<Scope, readonly ComboOption[]> }
  | undefined;

function optionsOf(catalogue: FieldCatalogue, examples: Examples, scope: Scope): readonly ComboOption[] {
  if (made?.catalogue !== catalogue || made.examples !== examples) made = { catalogue, examples, of: new Map() };
  const options = made.of.get(scope) ?? makeOptions(catalogue, examples, scope);
  made.of.set(scope, options);
  return options;
}

function makeOptions(catalogue: FieldCatalogue, examples: Examples, scope: Scope): readonly ComboOption[] {
  const fields = scope === "order" ? catalogue.orders.fields : catalogue.fields;
  const seen = [...examples.fields.keys()].filter(
    (name) => name.startsWith(ATTRIBUTE) && !fields.some((field) => field.name === name),
  );
  const option = (name: string, group: string, types: readonly (keyof typeof TYPE_WORDS)[]): ComboOption => {
    const example = examples.fields.get(name);
    const type = types.length === 1 && types[0] !== undefined ? TYPE_WORDS[types[0]] : "any type";
    const values =
      example && !["id", "email", "phone", "name"].includes(name) ? `, such as ${example.values.slice(0, 3).join(", ")}` : "";
    const known =
      example && scope === "customer"
        ? `; ${Math.round((100 * example.known) / Math.max(1, examples.of))}% of those looked at have one`
        : "";
    return {
      value: `field ${name}`,
      label: fieldWords(name, scope),
      group,
      note: scope === "order" ? type : `${type}${values}${known}`,
    };
  };
  if (scope === "order") return fields.map(({ name, types }) => option(name, "Of an order or its items", types));
  const groupOf = (name: string) =>
    name.startsWith(ATTRIBUTE) ? "Attributes" : name.startsWith("consent.") ? "Consent" : "Of the customer";
  return [
    ...fields.map(({ name, types }) => option(name, groupOf(name), types)).sort((a, b) => rank(a) - rank(b)),
    ...seen.sort().map((name) => option(name, "Attributes", [])),
    ...catalogue.orders.measures.map(({ name }) => ({
      value: `orders ${name}`,
      label: MEASURE_LABELS[name] ?? name,
      group: "Purchases",
      note: MEASURE_NOTES[name] ?? "",
    })),
    ...catalogue.messages.events.map((event) => ({
      value: `messages ${event}`,
      label: upperFirst(EVENT_WORDS[event] ?? event),
      group: "Messages",
    })),
    { value: "segment", label: "In another segment", group: "Other" },
    { value: "sample", label: "In a stable sample", group: "Other", note: "a share of everyone" },
  ];
}

const GROUPS = ["Of the customer", "Consent", "Attributes"];
const rank = ({ group = "" }: ComboOption): number => GROUPS.indexOf(group);
const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const MEASURE_LABELS: Readonly<Record<string, string>> = {
  count: "Bought",
  sum: "Spent in purchases",
  avg: "Average purchase",
  min: "Smallest purchase",
  max: "Largest purchase",
  first: "First purchase",
  last: "Last purchase",
};
const MEASURE_NOTES: Readonly<Record<string, string>> = {
  count: "how often: which products, since when",
  sum: "in a time, or of products",
};

/** A condition to begin with. What the one before says of which orders or messages stays. */
function beginning(what: string, before: unknown, scope: Scope, world: RuleWorld): Json {
  const [kind = "", ...rest] = what.split(" ");
  const name = rest.join(" ");
  switch (kind) {
    case "orders": {
      const held = isRecord(before) && isRecord(before.orders) ? before.orders : {};
      const { where, within } = held;
      const comparison =
        name === "count" ? { gte: 1 } : name === "first" || name === "last" ? { inLast: { days: 90 } } : { gt: null };
      return {
        orders: { ...(where === undefined ? {} : { where }), ...(within === undefined ? {} : { within }), [name]: comparison },
      };
    }
    case "messages": {
      const held = isRecord(before) && isRecord(before.messages) ? before.messages : {};
      return { messages: { ...held, event: name } };
    }
    case "segment":
      return { segment: "" };
    case "sample":
      return { sample: { percent: 10 } };
    default: {
      const type = fieldNamed(name, scope, world.catalogue)?.types[0] ?? "string";
      const op = type === "date" ? "inLast" : (Object.keys(OPERATOR_WORDS[type])[0] ?? "exists");
      const value = firstValue(OPERATOR_WORDS[type][op]?.operand ?? "none");
      return { field: name, op, ...(value === undefined ? {} : { value }) };
    }
  }
}

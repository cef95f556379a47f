import type { AttributeTypes } from "../../model/attribute.js";
import type { Parsed } from "../../model/edge.js";
import { customerScope, ORDER_SCOPE } from "../language/fields.js";
import { refuse, under, unknownKeys } from "../language/json-paths.js";
import { type MoneyContext, someId } from "../language/operands.js";
import type { SegmentTest } from "../language/rule.js";
import { type ReadMessages, readMessages } from "./read-messages.js";
import { type LeafReader, lowerNode, type ReadNode, readNode } from "./read-node.js";
import { type ReadOrders, type ReadWhere, readOrders } from "./read-orders.js";
import { type ReadSample, readSample } from "./read-sample.js";
import { type ReadTest, readTest } from "./read-test.js";
import { sizeIssue } from "./rule-size.js";

/** What the reading of rules depends on: the engine's currency, and the attributes that are declared. */
export interface Language extends MoneyContext {
  readonly attributes?: AttributeTypes;
}

/** A leaf that is understood, by its kind. All but references come down to conditions by themselves. */
export type ReadLeaf =
  | ({ readonly kind: "test" } & ReadTest)
  | ({ readonly kind: "orders" } & ReadOrders)
  | ({ readonly kind: "messages" } & ReadMessages)
  | ({ readonly kind: "sample" } & ReadSample)
  | { readonly kind: "segment"; readonly test: SegmentTest };

export type ReadRule = ReadNode<ReadLeaf>;

/** Understands a rule from untrusted JSON. Size and depth are checked before anything else; references are taken as they are. */
export function readRule(input: unknown, language: Language): Parsed<ReadRule> {
  const oversize = sizeIssue(input);
  return oversize ? { ok: false, issues: [oversize] } : readNode(input, customerLeaves(language));
}

function customerLeaves(language: Language): LeafReader<ReadLeaf> {
  const scope = customerScope(language.attributes);
  const readWhere = whereReader(language);
  return {
    kinds: ["field", "orders", "segment", "sample", "messages"],
    read: (node, kind) => {
      if (kind === "field") return tagged("test", readTest(node, scope, language));
      const strangers = unknownKeys(node, [kind], `a rule with ${kind} has nothing else`);
      if (strangers) return strangers;
      const held = node[kind];
      if (kind === "orders") return under(kind, tagged("orders", readOrders(held, readWhere, language)));
      if (kind === "messages") return under(kind, tagged("messages", readMessages(held, language)));
      if (kind === "sample") return under(kind, tagged("sample", readSample(held)));
      const id = someId.read(held, language);
      if (!id.ok) return refuse("segment", "must be the id of a segment");
      return { ok: true, value: { kind: "segment", test: { segment: id.value.meaning } } };
    },
  };
}

function whereReader(language: Language): ReadWhere {
  const leaves: LeafReader<ReadTest> = { kinds: ["field"], read: (node) => readTest(node, ORDER_SCOPE, language) };
  return (input) => {
    const read = readNode(input, leaves);
    if (!read.ok) return read;
    const node = read.value;
    return { ok: true, value: { rule: node.rule, lower: (clock) => lowerNode(node, (test) => test.lower(clock)) } };
  };
}

function tagged<K extends string, R extends object>(kind: K, read: Parsed<R>): Parsed<{ readonly kind: K } & R> {
  return read.ok ? { ok: true, value: { kind, ...read.value } } : read;
}

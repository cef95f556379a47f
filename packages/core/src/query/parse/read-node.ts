import type { Issue } from "../../errors.js";
import type { Parsed } from "../../model/edge.js";
import type { Condition } from "../condition/condition.js";
import { at, isObject, refuse, under, unknownKeys } from "../language/json-paths.js";
import type { Rule } from "../language/rule.js";
import { below, type Place, TOO_LARGE } from "./rule-size.js";

/** A rule that is understood: a clean copy of it, and its parts. `L` is what is known of a test. */
export type ReadNode<L> =
  | { readonly kind: "all" | "any"; readonly rule: Rule; readonly of: readonly ReadNode<L>[] }
  | { readonly kind: "not"; readonly rule: Rule; readonly of: ReadNode<L> }
  | { readonly kind: "leaf"; readonly rule: Rule; readonly leaf: L };

/** The kinds of test that a rule may have; each is recognised by its key. */
export interface LeafReader<L> {
  readonly kinds: readonly string[];
  /** Reads a node that has this one of `kinds` as a key, and none of the others. Paths of issues begin at the node. */
  read(node: Readonly<Record<string, unknown>>, kind: string, place: Place): Parsed<L>;
}

/** No more issues of one rule are told. */
export const MAX_ISSUES = 100;

const GROUPS = ["all", "any", "not"];

/** Reads a rule, each part of the input once. Paths of issues begin at the rule; that it is too large is for `place.size` to say. */
export function readNode<L extends { readonly test: Rule }>(
  input: unknown,
  leaves: LeafReader<L>,
  place: Place,
): Parsed<ReadNode<L>> {
  if (!place.size.admits(place, 0)) return TOO_LARGE;
  const kinds = [...GROUPS, ...leaves.kinds];
  const oneOf = `a rule has one of ${kinds.slice(0, -1).join(", ")} or ${kinds.at(-1)}`;
  if (!isObject(input)) return refuse("", `must be an object: ${oneOf}`);
  const [kind, ...others] = kinds.filter((key) => Object.hasOwn(input, key));
  if (kind === undefined) {
    const [unknown] = Object.keys(input);
    return unknown === undefined
      ? refuse("", `is empty: ${oneOf}`)
      : refuse(unknown.slice(0, 100), `is an unknown kind of rule: ${oneOf}`);
  }
  if (others[0] !== undefined) return refuse(others[0], `must not stand beside ${kind}: nest the one in the other`);
  switch (kind) {
    case "all":
    case "any":
    case "not":
      return readGroup(input, kind, leaves, place);
    default: {
      const leaf = leaves.read(input, kind, place);
      return leaf.ok ? { ok: true, value: { kind: "leaf", rule: leaf.value.test, leaf: leaf.value } } : leaf;
    }
  }
}

/** The condition that a rule means, given what each of its tests means. */
export function conditionOf<L>(node: ReadNode<L>, ofLeaf: (leaf: L) => Condition): Condition {
  switch (node.kind) {
    case "leaf":
      return ofLeaf(node.leaf);
    case "not":
      return { kind: "not", of: conditionOf(node.of, ofLeaf) };
    case "all":
    case "any":
      return { kind: node.kind, of: node.of.map((child) => conditionOf(child, ofLeaf)) };
  }
}

function readGroup<L extends { readonly test: Rule }>(
  input: Readonly<Record<string, unknown>>,
  kind: "all" | "any" | "not",
  leaves: LeafReader<L>,
  place: Place,
): Parsed<ReadNode<L>> {
  const unknown = unknownKeys(input, [kind], `a rule with ${kind} has nothing else`);
  if (unknown) return unknown;
  const held = input[kind];
  if (kind === "not") {
    if (!place.size.admits(place, 1)) return TOO_LARGE;
    const child = under(kind, readNode(held, leaves, below(place, kind)));
    return child.ok ? { ok: true, value: { kind, rule: { not: child.value.rule }, of: child.value } } : child;
  }
  if (!Array.isArray(held)) return refuse(kind, "must be an array of rules");
  if (!place.size.admits(place, held.length)) return TOO_LARGE;
  const of: ReadNode<L>[] = [];
  const issues: Issue[] = [];
  for (const [index, child] of held.entries()) {
    const step = at(kind, String(index));
    const read = under(step, readNode(child, leaves, below(place, step)));
    if (place.size.issue) return TOO_LARGE;
    if (read.ok) of.push(read.value);
    else if (issues.length < MAX_ISSUES) issues.push(...read.issues);
  }
  if (issues.length > 0) return { ok: false, issues };
  const rules = of.map(({ rule }) => rule);
  return { ok: true, value: kind === "all" ? { kind, rule: { all: rules }, of } : { kind, rule: { any: rules }, of } };
}

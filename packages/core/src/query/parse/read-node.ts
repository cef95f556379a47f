import type { Issue } from "../../errors.js";
import type { Parsed } from "../../model/edge.js";
import type { Condition } from "../condition/condition.js";
import { at, isObject, refuse, under, unknownKeys } from "../language/json-paths.js";
import type { Rule } from "../language/rule.js";

/** A rule that is understood: a clean copy of it, and its parts. */
export type ReadNode<L> =
  | { readonly kind: "all" | "any"; readonly rule: Rule; readonly of: readonly ReadNode<L>[] }
  | { readonly kind: "not"; readonly rule: Rule; readonly of: ReadNode<L> }
  | { readonly kind: "leaf"; readonly rule: Rule; readonly leaf: L };

/** What may stand at the end of a branch, by the key that tells it. */
export interface LeafReader<L> {
  readonly kinds: readonly string[];
  /** Reads a node that has this key of `kinds` and no other. Issues are told from the node. */
  read(node: Readonly<Record<string, unknown>>, kind: string): Parsed<L>;
}

const GROUPS: readonly string[] = ["all", "any", "not"];

/** Reads a rule whose size was checked. Issues are told from the rule. */
export function readNode<L extends { readonly test: Rule }>(input: unknown, leaves: LeafReader<L>): Parsed<ReadNode<L>> {
  const kinds = [...GROUPS, ...leaves.kinds];
  const oneOf = `a rule has one of ${kinds.slice(0, -1).join(", ")} or ${kinds.at(-1)}`;
  if (!isObject(input)) return refuse("", `must be an object: ${oneOf}`);
  const [kind, ...others] = kinds.filter((key) => Object.hasOwn(input, key));
  if (kind === undefined) {
    const [stranger] = Object.keys(input);
    return stranger === undefined
      ? refuse("", `is empty: ${oneOf}`)
      : refuse(stranger.slice(0, 100), `is an unknown kind of rule: ${oneOf}`);
  }
  if (others[0] !== undefined) return refuse(others[0], `must not stand beside ${kind}: nest the one in the other`);
  if (GROUPS.includes(kind)) return readGroup(input, kind, leaves);
  const leaf = leaves.read(input, kind);
  return leaf.ok ? { ok: true, value: { kind: "leaf", rule: leaf.value.test, leaf: leaf.value } } : leaf;
}

/** What a rule comes down to, given what each of its leaves does. */
export function lowerNode<L>(node: ReadNode<L>, lowerLeaf: (leaf: L) => Condition): Condition {
  switch (node.kind) {
    case "leaf":
      return lowerLeaf(node.leaf);
    case "not":
      return { kind: "not", of: lowerNode(node.of, lowerLeaf) };
    default:
      return { kind: node.kind, of: node.of.map((child) => lowerNode(child, lowerLeaf)) };
  }
}

function readGroup<L extends { readonly test: Rule }>(
  input: Readonly<Record<string, unknown>>,
  kind: string,
  leaves: LeafReader<L>,
): Parsed<ReadNode<L>> {
  const strangers = unknownKeys(input, [kind], `a rule with ${kind} has nothing else`);
  if (strangers) return strangers;
  const held = input[kind];
  if (kind === "not") {
    const child = under("not", readNode(held, leaves));
    return child.ok ? { ok: true, value: { kind, rule: { not: child.value.rule }, of: child.value } } : child;
  }
  if (!Array.isArray(held)) return refuse(kind, "must be an array of rules");
  const of: ReadNode<L>[] = [];
  const issues: Issue[] = [];
  for (const [index, child] of held.entries()) {
    const read = under(at(kind, String(index)), readNode(child, leaves));
    if (read.ok) of.push(read.value);
    else issues.push(...read.issues);
  }
  if (issues.length > 0) return { ok: false, issues };
  const rules = of.map(({ rule }) => rule);
  return { ok: true, value: kind === "all" ? { kind, rule: { all: rules }, of } : { kind: "any", rule: { any: rules }, of } };
}

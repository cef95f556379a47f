import type { Rule } from "@crm-engine/core";

/** A rule without a group of ours at its root: a condition, or JSON that no form knows. */
export type Leaf = Exclude<Rule, { readonly all: unknown } | { readonly any: unknown } | { readonly not: unknown }>;

/**
 * How a group joins what is in it. `not` is the complement of the one in it; `one` is only that one: a rule whose root is a condition
 * needs a group around it on the screen, and has none in its JSON.
 */
export type Joint = "all" | "any" | "notAll" | "notAny" | "not" | "one";

/** A condition as the query builder holds it: `value` is its JSON, kept as it is. */
export interface LeafNode {
  readonly id?: string;
  readonly field: "condition";
  readonly operator: "holds" | "fails";
  readonly value: Leaf;
}
export interface GroupNode {
  readonly id?: string;
  readonly combinator: Joint;
  readonly rules: readonly (GroupNode | LeafNode)[];
}
export type QueryNode = GroupNode | LeafNode;

let made = 0;
/** Of a node on the screen; no more than a name. */
export const nextNodeId = (): string => `node-${++made}`;

export const isGroupNode = (node: QueryNode): node is GroupNode => "rules" in node;

/** What `queryToRule` gives back unchanged, whatever the rule. */
export function ruleToQuery(rule: Rule): GroupNode {
  const node = nodeOf(rule);
  return isGroupNode(node) ? node : { id: nextNodeId(), combinator: "one", rules: [node] };
}

export function nodeOf(rule: Rule): QueryNode {
  const joined = joinedBy(rule);
  if (joined !== undefined) return group(joined.by, joined.of);
  const inner = negated(rule);
  if (inner === undefined) return leaf("holds", rule as Leaf);
  const within = joinedBy(inner);
  if (within !== undefined) return group(within.by === "all" ? "notAll" : "notAny", within.of);
  if (negated(inner) !== undefined) return { id: nextNodeId(), combinator: "not", rules: [nodeOf(inner)] };
  return leaf("fails", inner as Leaf);
}

const leaf = (operator: LeafNode["operator"], value: Leaf): LeafNode => ({
  id: nextNodeId(),
  field: "condition",
  operator,
  value,
});
const group = (combinator: Joint, of: readonly Rule[]): GroupNode => ({ id: nextNodeId(), combinator, rules: of.map(nodeOf) });

export function queryToRule(node: QueryNode): Rule {
  if (!isGroupNode(node)) return node.operator === "fails" ? { not: node.value } : node.value;
  const rules = node.rules.map(queryToRule);
  switch (jointOf(node)) {
    case "any":
      return { any: rules };
    case "notAny":
      return { not: { any: rules } };
    case "notAll":
      return { not: { all: rules } };
    case "not":
      return { not: rules[0] ?? { all: [] } };
    case "one":
      return rules[0] ?? { all: [] };
    case "all":
      return { all: rules };
  }
}

/** `not` and `one` are of one: with another number in it, a group is what that comes to. */
export function jointOf({ combinator, rules }: GroupNode): Joint {
  if (rules.length === 1) return combinator;
  if (combinator === "one") return "all";
  return combinator === "not" ? "notAll" : combinator;
}

/** Where in the rule's JSON a node is, as the engine's issues say it: `all.0.not`. */
export function pathInRule(root: GroupNode, path: readonly number[]): string {
  const steps: string[] = [];
  let node: QueryNode | undefined = root;
  for (const index of path) {
    if (node === undefined || !isGroupNode(node)) return steps.join(".");
    steps.push(...stepsInto(jointOf(node), index));
    node = node.rules[index];
  }
  if (node !== undefined && !isGroupNode(node) && node.operator === "fails") steps.push("not");
  return steps.join(".");
}

function stepsInto(joint: Joint, index: number): readonly string[] {
  switch (joint) {
    case "one":
      return [];
    case "not":
      return ["not"];
    case "notAll":
      return ["not", "all", String(index)];
    case "notAny":
      return ["not", "any", String(index)];
    default:
      return [joint, String(index)];
  }
}

/** The groups that have nothing but their key; all else is kept as it is, in a leaf. */
function joinedBy(rule: Rule): { readonly by: "all" | "any"; readonly of: readonly Rule[] } | undefined {
  if (typeof rule !== "object" || rule === null || Object.keys(rule).length !== 1) return undefined;
  if ("all" in rule && Array.isArray(rule.all)) return { by: "all", of: rule.all };
  if ("any" in rule && Array.isArray(rule.any)) return { by: "any", of: rule.any };
  return undefined;
}

function negated(rule: Rule): Rule | undefined {
  return typeof rule === "object" && rule !== null && "not" in rule && Object.keys(rule).length === 1 ? rule.not : undefined;
}

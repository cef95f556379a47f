import type { Issue } from "../../errors.js";
import { at, isObject } from "../language/json-paths.js";
import { MAX_RULE_DEPTH, MAX_RULE_NODES, tooDeep, tooLarge } from "../language/limits.js";

/** A rule somewhere in another, whatever it may turn out to be. */
export interface Node {
  readonly node: unknown;
  /** From the whole rule's own place. */
  readonly path: string;
  readonly depth: number;
}

/** Rules that stand right below this one: members of a group, and what `orders` says of the orders. */
export function nodesBelow({ node, path, depth }: Node): readonly Node[] {
  if (!isObject(node)) return [];
  const below = (child: unknown, ...steps: readonly string[]): Node => ({
    node: child,
    path: steps.reduce(at, path),
    depth: depth + 1,
  });
  const nodes: Node[] = [];
  for (const key of ["all", "any"]) {
    const held = Object.hasOwn(node, key) ? node[key] : undefined;
    if (!Array.isArray(held)) continue;
    // Too many to look at: as many as are refused.
    if (held.length > MAX_RULE_NODES) return Array.from({ length: MAX_RULE_NODES + 1 }, () => below(undefined));
    nodes.push(...Array.from(held, (child, index) => below(child, key, String(index))));
  }
  if (Object.hasOwn(node, "not")) nodes.push(below(node.not, "not"));
  if (Object.hasOwn(node, "orders") && isObject(node.orders) && Object.hasOwn(node.orders, "where")) {
    nodes.push(below(node.orders.where, "orders", "where"));
  }
  return nodes;
}

/** What is wrong with the size of a rule, found without recursion, so that a hostile one costs no more than a good one. */
export function sizeIssue(input: unknown): Issue | undefined {
  const waiting: Node[] = [{ node: input, path: "", depth: 1 }];
  let nodes = 1;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (next.depth > MAX_RULE_DEPTH) return { path: next.path, message: tooDeep };
    const below = nodesBelow(next);
    nodes += below.length;
    if (nodes > MAX_RULE_NODES) return { path: next.path, message: tooLarge };
    waiting.push(...below);
  }
  return undefined;
}

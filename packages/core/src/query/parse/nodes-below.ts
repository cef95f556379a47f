import { at, isObject } from "../language/json-paths.js";
import { MAX_RULE_NODES } from "../language/limits.js";

/** A rule somewhere in another, whatever it may turn out to be. */
export interface Node {
  readonly node: unknown;
  /** From the root of the whole rule. */
  readonly path: string;
  readonly depth: number;
}

/** The rules right below this one: members of a group, and `where` of `orders`. */
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
    // One more than the limit is enough for the rule to be refused.
    if (held.length > MAX_RULE_NODES) return Array.from({ length: MAX_RULE_NODES + 1 }, () => below(undefined));
    nodes.push(...Array.from(held, (child, index) => below(child, key, String(index))));
  }
  if (Object.hasOwn(node, "not")) nodes.push(below(node.not, "not"));
  if (Object.hasOwn(node, "orders") && isObject(node.orders) && Object.hasOwn(node.orders, "where")) {
    nodes.push(below(node.orders.where, "orders", "where"));
  }
  return nodes;
}

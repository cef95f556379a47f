import type { Issue } from "../../errors.js";
import type { StoredRule } from "../../model/segment.js";
import { at } from "../language/json-paths.js";
import { MAX_RULE_DEPTH, MAX_RULE_NODES, tooDeep, tooLarge } from "../language/limits.js";
import { type Node, nodesBelow } from "./nodes-below.js";
import { RuleCost } from "./rule-cost.js";

/** A segment that rules refer to: its rule, and the zone of the rule's dates. */
export interface SegmentRule {
  readonly rule: StoredRule;
  readonly timeZone: string;
}

/** Segments that rules refer to, by id. */
export type SegmentRules = Readonly<Record<string, SegmentRule>>;

/** The ids of the segments that a rule refers to directly, each once. */
export function segmentsIn(rule: StoredRule): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting: Node[] = [{ node: rule, path: "", depth: 1 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const id = referenceIn(next.node);
    if (id !== undefined) found.add(id);
    waiting.push(...nodesBelow(next));
  }
  return found;
}

/**
 * What is wrong with a rule's references, if anything: a segment that is not there, a circle, or a rule that is too deep, too
 * large or too expensive with the rules that it refers to. The path is that of the reference in the rule itself. `self` is the id of the segment
 * whose rule it is. No more is read than the limits allow, however often references double.
 */
export function referenceIssue(rule: StoredRule, segments: SegmentRules, self?: string): Issue | undefined {
  const waiting: Step[] = [
    { node: rule, path: "", depth: 1, trail: self === undefined ? [] : [self], from: undefined, times: 1 },
  ];
  const cost = new RuleCost();
  let nodes = 1;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { trail, path } = next;
    const place = next.from ?? path;
    if (next.depth > MAX_RULE_DEPTH) return { path: place, message: tooDeep };
    const id = referenceIn(next.node);
    if (id !== undefined && trail.includes(id)) return { path: at(place, "segment"), message: comesBack([...trail, id]) };
    const times = cost.add(next.node, place, next.times);
    const target = id === undefined ? undefined : ownSegment(segments, id);
    if (id !== undefined && !target) return { path: at(place, "segment"), message: `there is no segment with the id ${id}` };
    const below: readonly Step[] = target
      ? [{ node: target.rule, path, depth: next.depth + 1, trail: [...trail, id ?? ""], from: next.from ?? path, times }]
      : nodesBelow(next).map((node) => ({ ...node, trail, from: next.from, times }));
    nodes += below.length;
    if (nodes > MAX_RULE_NODES) return { path: place, message: tooLarge };
    waiting.push(...below);
  }
  return cost.issue;
}

/** The segment of an id, by own key only. */
export function ownSegment(segments: SegmentRules, id: string): SegmentRule | undefined {
  return Object.hasOwn(segments, id) ? segments[id] : undefined;
}

interface Step extends Node {
  /** The segments that lead here, from the outermost. */
  readonly trail: readonly string[];
  /** Below a reference: the path of the outermost one. */
  readonly from: string | undefined;
  /** See `RuleCost`. */
  readonly times: number;
}

function referenceIn(node: unknown): string | undefined {
  const { segment } = node as { readonly segment?: unknown };
  return typeof segment === "string" ? segment : undefined;
}

function comesBack(trail: readonly string[]): string {
  return `goes round in a circle: ${trail.join(" refers to ")}`;
}

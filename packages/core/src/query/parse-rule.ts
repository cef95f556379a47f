import type { Issue } from "../errors.js";
import type { Parsed } from "../model/edge.js";
import { isObject, type MoneyContext } from "./operands.js";
import { readTest } from "./read-test.js";
import type { Rule } from "./rule.js";

/** Groups and tests on the longest way down. */
export const MAX_RULE_DEPTH = 10;
/** Groups and tests in all. */
export const MAX_RULE_NODES = 200;
const MAX_ISSUES = 100;

type ParseNode = (node: Readonly<Record<string, unknown>>, path: string, money: MoneyContext) => Parsed<Rule>;

/** A node is of the kind whose key it has. */
const NODE_KINDS: Readonly<Record<string, ParseNode>> = {
  all: (node, path, money) => parseGroup(node, "all", path, money, (all) => ({ all })),
  any: (node, path, money) => parseGroup(node, "any", path, money, (any) => ({ any })),
  not: (node, path, money) => parseNot(node, path, money),
  field: (node, path, money) => parseTest(node, path, money),
};

/**
 * Reads a rule from untrusted JSON and returns a clean copy of it. Size and depth are checked before anything else, without
 * recursion, so that a hostile input costs no more than a good one.
 */
export function parseRule(input: unknown, context: MoneyContext): Parsed<Rule> {
  const oversize = sizeIssue(input);
  if (oversize) return { ok: false, issues: [oversize] };
  const parsed = parseNode(input, "", context);
  return parsed.ok ? parsed : { ok: false, issues: parsed.issues.slice(0, MAX_ISSUES) };
}

function sizeIssue(input: unknown): Issue | undefined {
  const waiting: { readonly node: unknown; readonly path: string; readonly depth: number }[] = [
    { node: input, path: "", depth: 1 },
  ];
  let nodes = 1;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, path, depth } = next;
    if (depth > MAX_RULE_DEPTH) return { path, message: `is too deep: a rule is at most ${MAX_RULE_DEPTH} deep` };
    if (!isObject(node)) continue;
    for (const key of ["all", "any", "not"]) {
      if (!Object.hasOwn(node, key)) continue;
      const held = node[key];
      const children: readonly unknown[] = key === "not" ? [held] : Array.isArray(held) ? held : [];
      nodes += children.length;
      if (nodes > MAX_RULE_NODES) return { path, message: `is too large: a rule has at most ${MAX_RULE_NODES} groups and tests` };
      const place = key === "not" ? () => at(path, key) : (index: number) => at(path, `${key}.${index}`);
      waiting.push(...children.map((child, index) => ({ node: child, path: place(index), depth: depth + 1 })));
    }
  }
  return undefined;
}

function parseNode(node: unknown, path: string, money: MoneyContext): Parsed<Rule> {
  if (!isObject(node)) return refuse(path, "must be an object: a group (all, any, not) or a test (field, op, value)");
  const [kind, ...others] = Object.keys(NODE_KINDS).filter((key) => Object.hasOwn(node, key));
  if (kind === undefined) {
    const [stranger] = Object.keys(node);
    return stranger === undefined
      ? refuse(path, "is empty: a rule has one of all, any, not or field")
      : refuse(at(path, stranger.slice(0, 100)), "is an unknown kind of rule: a rule has one of all, any, not or field");
  }
  if (others[0] !== undefined) return refuse(at(path, others[0]), `must not stand beside ${kind}: nest the one in the other`);
  const parse = NODE_KINDS[kind];
  return parse ? parse(node, path, money) : refuse(path, "is an unknown kind of rule");
}

function parseGroup(
  node: Readonly<Record<string, unknown>>,
  kind: "all" | "any",
  path: string,
  money: MoneyContext,
  make: (children: readonly Rule[]) => Rule,
): Parsed<Rule> {
  const children = node[kind];
  const stranger = strangerBeside(kind, node, path);
  if (stranger) return stranger;
  if (!Array.isArray(children)) return refuse(at(path, kind), "must be an array of rules");
  const rules: Rule[] = [];
  const issues: Issue[] = [];
  for (const [index, child] of children.entries()) {
    const parsed = parseNode(child, at(path, `${kind}.${index}`), money);
    if (parsed.ok) rules.push(parsed.value);
    else issues.push(...parsed.issues);
  }
  return issues.length === 0 ? { ok: true, value: make(rules) } : { ok: false, issues };
}

function parseNot(node: Readonly<Record<string, unknown>>, path: string, money: MoneyContext): Parsed<Rule> {
  const stranger = strangerBeside("not", node, path);
  if (stranger) return stranger;
  const parsed = parseNode(node.not, at(path, "not"), money);
  return parsed.ok ? { ok: true, value: { not: parsed.value } } : parsed;
}

function parseTest(node: Readonly<Record<string, unknown>>, path: string, money: MoneyContext): Parsed<Rule> {
  const read = readTest(node, money);
  if (read.ok) return { ok: true, value: read.value.test };
  return { ok: false, issues: read.issues.map((issue) => ({ ...issue, path: at(path, issue.path) })) };
}

function strangerBeside(kind: string, node: Readonly<Record<string, unknown>>, path: string): Parsed<never> | undefined {
  const stranger = Object.keys(node).find((key) => key !== kind);
  return stranger === undefined
    ? undefined
    : refuse(at(path, stranger.slice(0, 100)), `is not known: a rule with ${kind} has nothing else`);
}

function at(path: string, step: string): string {
  if (step === "") return path;
  return path === "" ? step : `${path}.${step}`;
}

function refuse(path: string, message: string): Parsed<never> {
  return { ok: false, issues: [{ path, message }] };
}

import { performance } from "node:perf_hooks";
import { expect, it } from "vitest";
import { generateRules } from "../../testing/rule-contract/generate-rules.js";
import { GENERATED_CONTEXT } from "../../testing/rule-contract/value-pools.js";
import { seededRandom } from "../../testing/seeded-random.js";
import type { Condition } from "../condition/condition.js";
import { lowerRule } from "../lower-rule.js";
import { parseRule } from "./parse-rule.js";
import { referenceIssue } from "./references.js";

const TREES = 100_000;
const MAX_MS = 50;
/** One in so many holds a text, an array or a key of this length. */
const HUGE_EVERY = 1_000;
const HUGE = "x".repeat(1_000_000);
/** What a condition is made of, and where its fields are. */
const KINDS: readonly string[] = [
  ...["customer", "attribute", "consent", "orders", "messages", "sample", "order", "item"],
  "all",
  "any",
  "not",
  "present",
  "typed",
  "textIn",
  "textLike",
  "compare",
  "numberIn",
  "is",
  "within",
  "includes",
  "empty",
];
const KEYS: readonly string[] = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "$where",
  "$ne",
  "$gt",
  "$regex",
  "$expr",
  "all",
  "any",
  "not",
  "field",
  "op",
  "value",
  "orders",
  "where",
  "within",
  "count",
  "sum",
  "segment",
  "sample",
  "percent",
  "seed",
  "messages",
  "event",
  "campaign",
];
const random = seededRandom(2026);
const TEXTS: readonly string[] = [
  ...KEYS,
  "(a+)+$",
  "^(([a-z])+.)+[A-Z]([a-z])+$",
  "a".repeat(4_001),
  "\0",
  "\uD800",
  "' OR 1=1 --",
  '"; db.dropDatabase(); //',
  "totalSpend",
  "attributes.__proto__",
  "attributes.constructor",
  "eq",
  "exists",
  "inLast",
  "hasOwnProperty",
  "2026-02-30",
  "9".repeat(400),
];

/** Anything that JSON can hold, and some that only a program can. */
function anything(depth: number): unknown {
  const kinds: readonly (() => unknown)[] = [
    () => random.pick(TEXTS),
    () => random.pick([0, -1, 1.5, 1e308, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER]),
    () => random.pick([true, false, null]),
    () => undefined,
    () => (depth > 3 ? [] : Array.from({ length: random.int(4) }, () => anything(depth + 1))),
    () => (depth > 3 ? {} : objectOf(depth)),
    () => JSON.parse('{"__proto__":{"all":[],"polluted":true}}'),
    () => Symbol.iterator,
    () => 7n,
    () => () => ({ all: [] }),
    () => new Date(0),
  ];
  return random.pick(kinds)();
}

function objectOf(depth: number): object {
  const made: Record<string, unknown> = Object.create(random.chance(50) ? null : Object.prototype);
  for (let left = random.int(4); left > 0; left--) {
    Object.defineProperty(made, random.pick(KEYS), {
      value: anything(depth + 1),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return made;
}

/** A valid rule with something put in somewhere: in place of a part, or beside it. */
function spoiled(rule: unknown): unknown {
  const copy: unknown = structuredClone(rule);
  let node = copy;
  for (let steps = random.int(6); steps > 0; steps--) {
    if (typeof node !== "object" || node === null) break;
    const keys = Object.keys(node);
    if (keys.length === 0 || steps === 1) break;
    const next: unknown = Reflect.get(node, random.pick(keys));
    if (typeof next !== "object" || next === null) break;
    node = next;
  }
  if (typeof node !== "object" || node === null) return anything(0);
  const keys = Object.keys(node);
  const key = keys.length > 0 && random.chance(70) ? random.pick(keys) : random.pick(KEYS);
  Object.defineProperty(node, key, { value: anything(1), enumerable: true, configurable: true, writable: true });
  return copy;
}

function huge(): unknown {
  return random.pick<() => unknown>([
    () => ({ field: "name", op: "contains", value: HUGE }),
    () => ({ field: `attributes.${HUGE}`, op: "exists" }),
    () => ({ field: "name", op: HUGE }),
    () => ({ [HUGE]: [] }),
    () => ({ all: Array(1_000_000).fill({ any: [] }) }),
    () => ({ field: "name", op: "in", value: Array(100_000).fill("x") }),
    () => ({ segment: HUGE }),
    () => ({ sample: { percent: 5, seed: HUGE } }),
    () => ({ messages: { event: "opened", campaign: HUGE } }),
    () => ({ orders: { where: { field: "sku", op: "startsWith", value: HUGE }, sum: { eq: "9".repeat(1_000_000) } } }),
  ])();
}

function read(input: unknown) {
  const started = performance.now();
  const parsed = parseRule(input, GENERATED_CONTEXT);
  const issue = parsed.ok ? referenceIssue(parsed.value.rule, GENERATED_CONTEXT.segments) : undefined;
  return { parsed, issue, ms: performance.now() - started };
}

function kindsIn(condition: Condition): readonly string[] {
  if (condition.kind === "not") return ["not", ...kindsIn(condition.of)];
  if ("of" in condition) return [condition.kind, ...condition.of.flatMap(kindsIn)];
  const { field } = condition;
  return [condition.kind, field.of, ...(field.of === "orders" ? kindsIn(field.where) : [])];
}

it(`refuses or understands each of ${TREES} hostile trees with nothing but issues, quickly, and touches no prototype`, {
  timeout: 60_000,
}, () => {
  const before = Object.getOwnPropertyNames(Object.prototype).join();
  const valid = generateRules(99, 500);
  const context = { ...GENERATED_CONTEXT, now: 0 };
  const unknownKinds = new Set<string>();
  let [taken, slowest] = [0, 0];
  for (let index = 0; index < TREES; index++) {
    const input = index % HUGE_EVERY === 0 ? huge() : random.chance(30) ? anything(0) : spoiled(random.pick(valid));
    const { parsed, issue, ms } = read(input);
    // What else the machine does is not the tree's doing: a slow one has two more tries.
    slowest = Math.max(slowest, ms < MAX_MS ? ms : Math.min(ms, read(input).ms, read(input).ms));
    if (!parsed.ok) {
      if (parsed.issues.length === 0 || JSON.stringify(parsed.issues).length > 100_000)
        expect.unreachable("refused without a bounded reason");
      continue;
    }
    if (issue) continue;
    taken += 1;
    for (const kind of kindsIn(lowerRule(parsed.value.rule, context))) if (!KINDS.includes(kind)) unknownKinds.add(kind);
  }
  expect([...unknownKinds]).toEqual([]);
  expect(slowest).toBeLessThan(MAX_MS);
  expect(taken).toBeGreaterThan(1_000);
  expect(TREES - taken).toBeGreaterThan(TREES / 3);
  expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before);
  expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined();
});

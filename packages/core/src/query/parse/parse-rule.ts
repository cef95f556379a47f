import type { Parsed } from "../../model/edge.js";
import type { Rule } from "../language/rule.js";
import { type Language, readRule } from "./read-rule.js";

const MAX_ISSUES = 100;

/**
 * Reads a rule from untrusted JSON and returns a clean copy of it. Whether the segments that it refers to are there, and the
 * size with theirs, is for `referenceIssue` to say.
 */
export function parseRule(input: unknown, language: Language): Parsed<Rule> {
  const read = readRule(input, language);
  return read.ok ? { ok: true, value: read.value.rule } : { ok: false, issues: read.issues.slice(0, MAX_ISSUES) };
}

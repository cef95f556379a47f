import { spawnSync } from "node:child_process";
import type { Test } from "@crm-engine/core/ports";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { predicate } from "./compile-condition.js";

/** MongoDB matches patterns by PCRE2, and so does GNU grep. Records end with NUL, so that a text may hold line breaks. */
function grep(pattern: string, texts: readonly string[]): readonly string[] {
  const input = texts.map((text) => `${text}\0`).join("");
  const env = { ...process.env, LC_ALL: "C.UTF-8" };
  const { stdout, stderr, status } = spawnSync("grep", ["-zPn", "-e", pattern], { input, env, encoding: "utf8" });
  if (status === null || status > 1) throw new Error(`grep: ${stderr}`);
  const numbers = stdout.split("\0").flatMap((record) => /^\d+/.exec(record)?.[0] ?? []);
  return numbers.map((number) => texts[Number(number) - 1] ?? "");
}

function hasPcre(): boolean {
  try {
    return grep("^.{2}\\z", ["é😀"]).length === 1;
  } catch {
    return false;
  }
}

const NEEDS_GREP = hasPcre() ? {} : { skip: true, meta: { skipReason: "needs GNU grep with -P and the locale C.UTF-8" } };
const HOLDS = { contains: "includes", starts: "startsWith", ends: "endsWith" } as const;

describe("the pattern of a text, in PCRE2", NEEDS_GREP, () => {
  const unit = fc.constantFrom(..."ab .*+?^$(){}[]|\\/-_:=!<>#&~'\"`,;%@é😀ßz\t\r", "\\E", "\\Q", "\\z", "\u2028");
  const text = fc.string({ unit, maxLength: 5 });
  // grep takes a line break in a pattern for the end of it, and in a text for a beginning; MongoDB does neither.
  const broken = fc.string({ unit: fc.oneof(unit, fc.constant("\n")), maxLength: 6 });

  it.each(["contains", "starts", "ends"] as const)("finds what %s it, and nothing else", (how) => {
    const texts = fc.array(how === "starts" ? text : broken, { minLength: 20, maxLength: 20 });
    const property = fc.property(text, texts, (folded, others) => {
      const test: Test = { kind: "textLike", field: { of: "customer", name: "name", type: "text" }, how, folded };
      const pattern = String(predicate(test, () => "name")?.name.$regex);
      const all = [folded, `${folded}\n`.slice(0, how === "starts" ? -1 : undefined), `x${folded}`, `${folded}x`, ...others];
      expect(grep(pattern, all)).toEqual(all.filter((one) => one[HOLDS[how]](folded)));
    });
    fc.assert(property, { numRuns: 150 });
  });
});

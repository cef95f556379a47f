import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { hashOfSources } from "./sources.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "crm-sources-"));
  for (const name of [
    "console/package-lock.json",
    "console/src/app/page.tsx",
    "console/.npmrc",
    "dist/index.js",
    "dist/view/a.d.ts",
  ])
    write(name, name);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(name: string, content: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), content);
}

const hash = (at = root): Promise<string> => hashOfSources(join(at, "console"), [join(at, "dist")]);

it.each([
  "console/package-lock.json",
  "console/src/app/page.tsx",
  "console/src/new.ts",
  "console/scripts/seal.mjs",
  "console/.npmrc",
  "dist/index.js",
  "dist/view/a.d.ts",
  "dist/view/new.js",
])("is another one when %s changes", async (name) => {
  const before = await hash();
  write(name, "changed");
  expect(await hash()).not.toBe(before);
});

it.each([
  "console/node_modules/a/index.js",
  "console/.next/cache/a",
  "console/out/index.html",
  "console/dist/index.html",
  "console/dist.log",
  "console/dist.lock.1-2.new",
  "console/next-env.d.ts",
  "console/tsconfig.tsbuildinfo",
  "console/README.md",
  "console/test/journey.browser.test.ts",
  "console/src/rule/rule.test.ts",
  "console/tsconfig.test.json",
  "dist/index.js.map",
  "dist/a.tsbuildinfo",
])("is the same when %s changes", async (name) => {
  const before = await hash();
  write(name, "changed");
  expect(await hash()).toBe(before);
});

it("tells a file that was renamed, and text that moved from one to the next", async () => {
  write("console/src/a.ts", "one");
  write("console/src/b.ts", "two");
  const before = await hash();
  write("console/src/a.ts", "onetwo");
  write("console/src/b.ts", "");
  expect(await hash()).not.toBe(before);
});

it("is the same wherever the files lie, and whenever they were written", async () => {
  const copy = mkdtempSync(join(tmpdir(), "crm-sources-"));
  cpSync(root, copy, { recursive: true });
  utimesSync(join(copy, "dist/index.js"), 1, 1);
  expect(await hash(copy)).toBe(await hash());
  rmSync(copy, { recursive: true, force: true });
});

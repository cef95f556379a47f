import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { servedEngine } from "./served-engine.fixture.js";

/** One right call of a typed door, and what makes it wrong: text in it, and what stands there instead. */
interface Door {
  readonly call: string;
  readonly faults: Readonly<Record<string, readonly [right: string, wrong: string]>>;
}

const RULE_FAULTS = {
  "a misspelt key": ["op:", "operator:"],
  "a wrong type": ["value: 10", "value: new Date()"],
  "an unknown operator": ['"gt"', '"greaterThan"'],
} as const;
const DOORS: readonly Door[] = [
  {
    call: 'engine.ingest.customers([{ id: "ada", email: "ada@example.com", tags: ["vip"] }])',
    faults: { "a misspelt key": ["email:", "emial:"], "a wrong type": ['["vip"]', '"vip"'] },
  },
  {
    call: 'engine.ingest.orders([{ id: "o1", customerId: "ada", amount: "9.99", placedAt: "2026-01-05", items: [] }])',
    faults: { "a misspelt key": ["customerId:", "customerID:"], "a wrong type": ['"2026-01-05"', "new Date()"] },
  },
  {
    call: 'engine.segments.create({ name: "VIP", rule: { all: [{ field: "totalSpend", op: "gt", value: 10 }] } })',
    faults: { ...RULE_FAULTS, "a misspelt part": ["rule:", "rules:"] },
  },
  {
    call: 'engine.segments.estimate({ rule: { not: { field: "totalSpend", op: "gt", value: 10 } }, timeZone: "UTC" })',
    faults: { ...RULE_FAULTS, "a misspelt part": ["timeZone:", "timezone:"] },
  },
];

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "crm-strict-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BEFORE_CALL = [
  'import { createEngine } from "@crm-engine/core";',
  'import { memoryQueue, memoryStore } from "@crm-engine/core/memory";',
  "const engine = createEngine({ store: memoryStore(), queue: memoryQueue() });",
];
const CALL_LINE = BEFORE_CALL.length + 1;
const withCalls = (...calls: readonly string[]) => [...BEFORE_CALL, ...calls.map((call) => `await ${call};`)].join("\n");

/** The README's program, and what its one line is on a server. */
const section = /## Embedded\n(.*?)\n## /s.exec(readFileSync(join(root, "README.md"), "utf8"))?.[1] ?? "";
const [readme = "", swap = ""] = [...section.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
const remote = readme.replace(/^const crm = .*\n/m, swap.replace("http://127.0.0.1:3000", '" + process.env.CRM_URL + "'));
const entries = ["core", "adapters", "worker", "http", "client"].flatMap((name) => {
  const { exports } = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
  return Object.keys(exports).map((entry) => `export type * from "@crm-engine/${name}${entry.slice(1)}";`);
});
const wrong = DOORS.flatMap(({ call, faults }, door) =>
  Object.entries(faults).map(([fault, [from, to]], index) => ({
    title: `${call.slice(0, call.indexOf("("))} with ${fault}`,
    file: `wrong-${door}-${index}.ts`,
    source: withCalls(call.replace(from, to)),
  })),
);

const program = compile({
  "readme.ts": readme,
  "remote.ts": remote,
  "entries.ts": entries.join("\n"),
  "right.ts": withCalls(...DOORS.map(({ call }) => call)),
  ...Object.fromEntries(wrong.map(({ file, source }) => [file, source])),
});
const errors = ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => ({
  file: basename(file?.fileName ?? ""),
  line: file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0,
  message: ts.flattenDiagnosticMessageText(messageText, " "),
}));

describe("a strict program outside of this workspace, which checks the packages' own declarations too", () => {
  it("compiles where every field is right, and so does every entry of every package", () => {
    const unexpected = errors.filter(({ file }) => !file.startsWith("wrong-"));
    expect(unexpected).toEqual([]);
  });

  it.each(wrong.map(({ title, file }) => [title, file] as const))("does not compile: %s", (_, file) => {
    const lines = errors.filter((error) => error.file === file).map(({ line }) => line);
    expect([...new Set(lines)]).toEqual([CALL_LINE]);
  });

  it("that is the README's prints what the README says, embedded and on a server", { timeout: 60_000 }, async () => {
    const said = /^\/\/ (.*)\n\nawait crm\.close/m.exec(readme)?.[1];
    const printed = async (name: string, env: Readonly<Record<string, string>> = {}) => {
      program.emit(program.getSourceFile(join(folder, `${name}.ts`)));
      return await promisify(execFile)(process.execPath, [`${name}.js`], { cwd: folder, env: { ...process.env, ...env } });
    };
    expect(await printed("readme")).toEqual({ stdout: `${said}\n`, stderr: "" });
    const { url, apiKey } = await servedEngine();
    expect(remote.split("\n").filter((line) => !readme.includes(line))).toHaveLength(2);
    expect(await printed("remote", { CRM_URL: url, API_KEY: apiKey })).toEqual({ stdout: `${said}\n`, stderr: "" });
  });
});

function compile(sources: Readonly<Record<string, string>>): ts.Program {
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const [file, source] of Object.entries(sources)) writeFileSync(join(folder, file), source);
  return ts.createProgram(
    Object.keys(sources).map((file) => join(folder, file)),
    {
      target: ts.ScriptTarget.ES2023,
      lib: ["lib.es2023.d.ts"],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      types: ["node"],
      typeRoots: [join(folder, "node_modules/@types")],
    },
  );
}

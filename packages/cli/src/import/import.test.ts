import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { composeEngine, parseConfig } from "@crm-engine/adapters/container";
import { field } from "@crm-engine/core";
import { parse } from "csv-parse/sync";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NO_RETAIL_FILE, retailFile } from "../../../../test/retail-file.js";
import { crm, getJson, temporaryFolder } from "../crm-process.fixture.js";

let folder: ReturnType<typeof temporaryFolder>;
let env: { readonly STORE_URL: string; readonly CURRENCY: string };

beforeEach(() => {
  folder = temporaryFolder();
  env = { STORE_URL: `sqlite:${join(folder.path, "data", "crm.db")}`, CURRENCY: "GBP" };
});
afterEach(() => folder.remove());

function file(name: string, content: string | Buffer): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
}

async function withEngine<T>(use: (engine: Awaited<ReturnType<typeof composeEngine>>) => Promise<T>): Promise<T> {
  const engine = await composeEngine(parseConfig({ storeUrl: env.STORE_URL, currency: env.CURRENCY }));
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

describe("crm import", () => {
  it("imports customers from CSV, and writes what it rejected to the errors file", async () => {
    const path = file(
      "people.csv",
      'id,email,name,tags\nada,ada@example.com,"Lovelace, Ada",vip;first\nbob,"no, address",Bob,\ncy,cy@example.com,Cy,\n',
    );
    const errors = join(folder.path, "errors.csv");
    const { code, stdout, stderr } = await crm(["import", "customers", path, "--errors", errors], env).exited;
    expect({ code, first: stdout.split("\n")[0] }).toEqual({
      code: 0,
      first: "3 rows read, 2 accepted (2 added, 0 changed, 0 unchanged), 1 rejected",
    });
    expect(stderr).toContain("rejected so far");
    expect(parse(readFileSync(errors, "utf8"))).toEqual([
      ["row", "line", "path", "message"],
      ["2", "3", "email", "must be an email address"],
    ]);
    expect(stdout).toContain("  row 2 (line 3): email must be an email address\n");
    expect(await withEngine((engine) => engine.customers.get("ada"))).toMatchObject({
      name: "Lovelace, Ada",
      tags: ["vip", "first"],
    });
  });

  it("exits with 1 where rows are rejected and it was told to, dry or not", async () => {
    const path = file("people.csv", "id,email\nada,ada@example.com\nbob,nowhere\n");
    const command = ["import", "customers", path, "--fail-on-rejects"];
    for (const more of [["--dry-run"], []]) {
      const { code, stdout } = await crm([...command, ...more], env).exited;
      expect([code, stdout]).toEqual([1, expect.stringContaining("row 2 (line 3): email must be an email address")]);
    }
    const good = file("good.csv", "id,email\nada,ada@example.com\n");
    expect((await crm(["import", "customers", good, "--fail-on-rejects"], env).exited).code).toBe(0);
  });

  it("imports a file in the encoding that it is said to be in; what is not valid there is the row's rejection", async () => {
    const path = file("people.tsv", Buffer.from("id\tname\nada\tAd\xe9le \x80\nbob\tB\x81b\ncy\tCy\n", "latin1"));
    const { code, stdout } = await crm(["import", "customers", path, "--encoding", "cp1252"], env).exited;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^3 rows read, 2 accepted \(2 added, 0 changed, 0 unchanged\), 1 rejected\n/);
    expect(stdout).toContain("row 2 (line 3): the row is not valid windows-1252");
    expect(await withEngine((engine) => engine.customers.get("ada"))).toMatchObject({ name: "Adéle €" });
  });

  it("imports orders from gzipped NDJSON; a line that is no JSON is rejected alone", async () => {
    const orders = [1, 2].map((n) => JSON.stringify({ id: `o${n}`, customerId: "ada", amount: "10.10", placedAt: "2026-01-01" }));
    const path = file("orders.ndjson.gz", gzipSync(`${orders[0]}\n{"id":\n${orders[1]}\n`));
    const { code, stdout } = await crm(["import", "orders", path], env).exited;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^3 rows read, 2 accepted \(2 added, 0 changed, 0 unchanged\), 1 rejected\n/);
    expect(stdout).toContain("row 2 (line 2): ");
    expect(await withEngine((engine) => engine.customers.get("ada"))).toMatchObject({ orderCount: 2, totalSpend: 20.2 });
  });

  it("with --dry-run says what it would do, writes nothing, and can be killed", { timeout: 60_000 }, async () => {
    const rows = Array.from({ length: 60_000 }, (_, n) => JSON.stringify({ id: `c${n % 50_000}`, email: `c${n}@example.com` }));
    const path = file("people.ndjson", [...rows, '{"id":1}'].join("\n"));
    const killed = crm(["import", "customers", path, "--dry-run"], env);
    killed.child.stderr?.once("data", () => killed.child.kill("SIGKILL"));
    await killed.exited;
    const { code, stdout } = await crm(["import", "customers", path, "--dry-run"], env).exited;
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^60,001 rows read: 50,000 would be added, 10,000 changed, 0 left as they are, 1 rejected; 0 suppressed\nNothing was written\.\n {2}row 60001 \(line 60001\): id /,
      ),
    });
    const left = await withEngine(async (engine) => [
      await engine.batches.list({}, { limit: 1 }),
      await engine.customers.list({ limit: 1 }),
    ]);
    expect(left).toEqual([expect.objectContaining({ items: [] }), expect.objectContaining({ items: [] })]);
  });

  it("applies what came before a break, says so and fails", async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => JSON.stringify({ id: `c${n}`, email: `c${n}@example.com` })).join("\n");
    const zipped = gzipSync(rows);
    const path = file("people.jsonl.gz", zipped.subarray(0, zipped.length - 2_000));
    const { code, stderr } = await crm(["import", "customers", path], env).exited;
    expect(code).toBe(1);
    expect(stderr).toMatch(/What had been queued by then is applied:\n[\d,]+ rows read, [\d,]+ accepted .*, 0 rejected/);
    expect(await withEngine((engine) => engine.customers.get("c0"))).toMatchObject({ email: "c0@example.com" });
  });

  it("ends at SIGTERM with what was queued kept, and can be run again", { timeout: 60_000 }, async () => {
    const rows = Array.from({ length: 60_000 }, (_, n) => JSON.stringify({ id: `c${n}`, email: `c${n}@example.com` })).join("\n");
    const path = file("people.ndjson", rows);
    const interrupted = crm(["import", "customers", path], env);
    interrupted.child.stderr?.once("data", () => interrupted.child.kill("SIGTERM"));
    const { code, stdout, stderr } = await interrupted.exited;
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toContain("crm: interrupted; what had been queued by then is applied by the next worker");
    const again = await crm(["import", "customers", path], env).exited;
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^60,000 rows read, 60,000 accepted \(.*\), 0 rejected\n/),
    });
  });

  it("sends to a server with --url, and follows the batch", async () => {
    const server = crm(["start"], { ...env, PORT: "0", API_KEY: "correct-horse" });
    const url = await server.url;
    const path = file("people.csv.gz", gzipSync("id,email\nada,ada@example.com\nbob,nobody\n"));
    const errors = join(folder.path, "errors.csv");
    const args = ["import", "customers", path, "--url", url, "--errors", errors, "--api-key-env", "KEY"];
    expect(await crm(args, { KEY: "wrong" }).exited).toMatchObject({ code: 1, stderr: expect.stringContaining("401") });
    const { code, stdout } = await crm(args, { KEY: "correct-horse" }).exited;
    expect({ code, first: stdout.split("\n")[0] }).toEqual({
      code: 0,
      first: "2 rows read, 1 accepted (1 added, 0 changed, 0 unchanged), 1 rejected",
    });
    expect(parse(readFileSync(errors, "utf8"))).toMatchObject([
      ["row", "line", "path", "message"],
      ["2", "3", "email", expect.any(String)],
    ]);
    await expect(getJson(`${url}/api/customers/ada`)).rejects.toThrow("401");
    server.child.kill("SIGTERM");
    await server.exited;
  });

  it.each([
    [["customers", "people.pdf"], /people\.pdf: the name must end in \.csv, \.tsv, \.tab, \.txt, \.ndjson or \.jsonl/],
    [
      ["customers", "people.csv", "--encoding", "latin-99"],
      /--encoding latin-99: "latin-99" is no encoding .* utf-8, .* windows-1252/,
    ],
    [["customers", "nobody.csv"], /nobody\.csv: there is no such file/],
    [["orders", "orders.csv", "--map", "nothing"], /--map nothing: there is no such map; presets are crm-engine, online-retail/],
    [["customers", "people.csv", "--map", "online-retail"], /--map online-retail: this map is for orders/],
    [["orders", "orders.csv", "--map", "online-retail"], /orders\.csv: The header lacks columns of the map: InvoiceNo/],
    [["orders", "orders.csv", "--map", "nowhere.json"], /--map nowhere\.json: ENOENT/],
    [["people", "people.csv"], /customers, orders/],
    [["customers", "people.csv", "--errors", "/nowhere/errors.csv"], /--errors \/nowhere\/errors\.csv: ENOENT/],
  ])("crm import %j fails with a reason", async (args, reason) => {
    file("orders.csv", "a,b\n1,2\n");
    file("people.csv", "id\nada\n");
    const [kind = "", name = "", ...options] = args;
    const { code, stdout, stderr } = await crm(["import", kind, join(folder.path, name), ...options], env).exited;
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(reason);
  });
});

/** Prints the peak resident size of the process, in KiB, when it ends. */
const MEASURE =
  "--import data:text/javascript,import{isMainThread}from'node:worker_threads';isMainThread&&process.on('exit',()=>console.error('peak',process.resourceUsage().maxRSS))";

describe("the Online Retail file", () => {
  it("gives the same numbers to the penny, twice, within 300 MB", { timeout: 480_000 }, async (context) => {
    if (retailFile === undefined) return context.skip(NO_RETAIL_FILE);
    const errors = join(folder.path, "errors.csv");
    const args = ["import", "orders", retailFile, "--map", "online-retail", "--errors", errors];
    for (const [run, effects] of [
      ["first", "406,829 added, 0 changed, 0 unchanged"],
      ["second", "0 added, 0 changed, 406,829 unchanged"],
    ]) {
      const { code, stdout, stderr } = await crm(args, { ...env, NODE_OPTIONS: MEASURE }).exited;
      expect({ run, code, first: stdout.split("\n")[0] }).toEqual({
        run,
        code: 0,
        first: `541,909 rows read, 406,829 accepted (${effects}), 135,080 rejected`,
      });
      expect(Number(/peak (\d+)/.exec(stderr)?.[1])).toBeLessThan(300_000_000 / 1024);
      await expectRetailNumbers();
    }
    const rejected: string[][] = parse(readFileSync(errors, "utf8"));
    expect(rejected).toHaveLength(135_081);
    expect(
      rejected
        .slice(1)
        .every(
          ([row, line, path, message]) => Number(line) === Number(row) + 1 && path === "CustomerID" && message === "is missing",
        ),
    ).toBe(true);
    expect(new Set(rejected.map(([row]) => row)).size).toBe(135_081);
  });
});

async function expectRetailNumbers(): Promise<void> {
  await withEngine(async (engine) => {
    const types = { purchase: 0, refund: 0 };
    for await (const order of everything((page) => engine.orders.list({}, page))) types[order.type] += 1;
    let customers = 0;
    let totalSpend = 0;
    for await (const customer of everything((page) => engine.customers.list(page))) {
      customers += 1;
      totalSpend += Math.round(customer.totalSpend * 100);
    }
    const { count } = await engine.segments.estimate({ rule: field("totalSpend").gt(10_000) });
    expect({ ...types, customers, totalSpend, above10k: count }).toEqual({
      purchase: 18_536,
      refund: 3_654,
      customers: 4_372,
      totalSpend: 830_006_581,
      above10k: 97,
    });
  });
}

async function* everything<T>(
  list: (page: {
    readonly limit: number;
    readonly cursor?: string;
  }) => Promise<{ readonly items: readonly T[]; readonly nextCursor: string | null }>,
): AsyncGenerator<T> {
  let cursor: string | null | undefined;
  do {
    const page = await list({ limit: 1_000, ...(cursor ? { cursor } : {}) });
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { sqliteQueue } from "@crm-engine/adapters/sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { crm, getJson, postJson, temporaryFolder } from "../crm-process.fixture.js";

let folder: ReturnType<typeof temporaryFolder>;
let env: Readonly<Record<string, string>>;

beforeEach(() => {
  folder = temporaryFolder();
  env = { STORE_URL: `sqlite:${join(folder.path, "crm.db")}`, PORT: "0" };
});
afterEach(() => folder.remove());

/** A database with two customers, orders of one of them, and a receipt whose id is none of this engine's. */
async function leaveADeadLetter(): Promise<void> {
  const server = crm(["start"], env);
  const url = await server.url;
  const { batchId } = await postJson<{ readonly batchId: string }>(`${url}/api/orders`, [
    { id: "o1", customer: { id: "ada", email: "ada@example.com" }, amount: "12.34", placedAt: "2026-01-01T00:00:00Z" },
    { id: "o2", customer: { id: "bob", email: "bob@example.com" }, amount: "5.00", placedAt: "2026-01-02T00:00:00Z" },
  ]);
  await expect.poll(() => getJson(`${url}/api/batches/${batchId}`), { timeout: 10_000 }).toMatchObject({ accepted: 2 });
  await postJson(`${url}/api/receipts`, { messageId: "nobody:knows~0", status: "delivered" });
  const letters = () => getJson<{ readonly items: readonly object[] }>(`${url}/api/dead-letters`);
  await expect.poll(async () => (await letters()).items.length, { timeout: 60_000, interval: 200 }).toBe(1);
  server.child.kill("SIGTERM");
  await server.exited;
}

describe("crm operations", () => {
  it("list and replay dead letters, check totals, and say what waits", { timeout: 120_000 }, async () => {
    await leaveADeadLetter();

    const listed = await crm(["dead-letters", "list"], env).exited;
    expect(listed.code).toBe(0);
    expect(listed.stdout).toMatch(/receipts {2}\S+ {2}after 5 attempts: .*nobody:knows.*\n1 dead letter\n$/);
    const [whole = ""] = (await crm(["dead-letters", "list", "--json", "--topic", "receipts"], env).exited).stdout.split("\n");
    expect(JSON.parse(JSON.parse(whole).body)).toMatchObject({ messageId: "nobody:knows~0" });
    expect((await crm(["dead-letters", "list", "--topic", "orders"], env).exited).stdout).toBe("no dead letters\n");

    const ill = await crm(["doctor"], env).exited;
    // The worker ended, too.
    expect(ill).toMatchObject({ code: 1, stderr: "crm: 2 of these need a hand\n" });
    expect(ill.stdout).toMatch(
      /^fail {2}No worker has been seen since .*: uploads and campaigns wait until one is started\. Try: crm worker$/m,
    );
    expect(ill.stdout).toMatch(/^ok {4}store answers: SQLite \d/m);
    expect(ill.stdout).toMatch(
      /^fail {2}receipts: 1 message could not be applied, and is kept as a dead letter: replay or discard it\. Try: crm dead-letters list --topic receipts$/m,
    );

    expect(await crm(["dead-letters", "replay"], env).exited).toMatchObject({
      code: 1,
      stderr: "crm: give ids, or --topic for all of a topic\n",
    });
    expect((await crm(["dead-letters", "replay", "--topic", "receipts"], env).exited).stdout).toMatch(/^1 dead letter put back/);
    const well = await crm(["doctor"], env).exited;
    expect(well.stdout).toMatch(/^ok {4}receipts: 1 messages wait$/m);
    expect(well.stdout).not.toContain("dead letter");

    const recounted = await crm(["recount"], env).exited;
    expect(recounted).toMatchObject({ code: 0, stdout: "customers checked: 2\ntotals corrected:  0\n" });
  });

  it("discard dead letters, and log how many and why", { timeout: 30_000 }, async () => {
    const queue = sqliteQueue({ file: join(folder.path, "crm.db"), maxAttempts: 1 });
    await queue.publish("receipts", [
      { id: "r1", body: "{}" },
      { id: "r2", body: "{}" },
    ]);
    await queue.subscribe("receipts", () => Promise.reject(new Error("no good")), { prefetch: 10 });
    await expect.poll(async () => (await queue.depth("receipts")).deadLetters, { timeout: 5_000 }).toBe(2);
    await queue.close();
    const discarded = await crm(["dead-letters", "discard", "r1", "r9", "--reason", "a test"], { ...env, LOG_LEVEL: "info" })
      .exited;
    expect(discarded).toMatchObject({ code: 0, stdout: "1 dead letter discarded\n" });
    expect(JSON.parse(discarded.stderr)).toMatchObject({ msg: "dead letters discarded", discarded: 1, reason: "a test" });
    expect((await crm(["dead-letters", "list"], env).exited).stdout).toMatch(/ {2}r2 {2}.*\n1 dead letter\n$/);
    expect(await crm(["dead-letters", "discard"], env).exited).toMatchObject({ code: 1 });
  });
});

describe("crm doctor", () => {
  const odd: readonly (readonly [what: string, path: () => string])[] = [
    ["a device", () => "/dev/null"],
    ["a folder", () => folder.path],
    ["below a file", () => "/dev/null/crm.db"],
    ["in a folder that takes no entries", () => "/proc/nowhere/crm.db"],
    [
      "a pipe",
      () => {
        const path = join(folder.path, "pipe");
        execFileSync("sh", ["-c", `mkfifo "${path}"`]);
        return path;
      },
    ],
  ];
  it.runIf(process.platform === "linux").each(odd)("says in one line, soon, that a path is %s", async (_, pathOf) => {
    const path = pathOf();
    const begunAt = Date.now();
    const { code, stdout, stderr } = await crm(["doctor"], { STORE_URL: `sqlite:${path}` }).exited;
    expect([code, stdout]).toEqual([78, ""]);
    expect(stderr).toMatch(/^crm: STORE_URL is "sqlite:[^"]+", and (that is no file|its folder can't be made)[^\n]*\n$/);
    expect(stderr).toContain(path);
    expect(Date.now() - begunAt).toBeLessThan(8_000);
  });
});

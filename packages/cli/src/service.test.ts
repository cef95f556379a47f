import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { crm, crmUnderNpm, getJson, postJson, temporaryFolder } from "./crm-process.fixture.js";

let folder: ReturnType<typeof temporaryFolder>;
let store: { readonly STORE_URL: string; readonly PORT: string };

beforeEach(() => {
  folder = temporaryFolder();
  store = { STORE_URL: `sqlite:${join(folder.path, "data", "crm.db")}`, PORT: "0" };
});
afterEach(() => folder.remove());

describe("wrong configuration", () => {
  it.each([
    ["start", { PORT: "http" }, /^crm: PORT is "http"; it may be /],
    [
      "serve",
      { STORE_URL: "postgres://user:secret@localhost/crm" },
      /^crm: STORE_URL is "postgres:\/\/\*\*\*@localhost\/crm"; it may be /,
    ],
    ["serve", { STORE_URL: "memory:" }, /^crm: STORE_URL is "memory:", which other processes can't reach/],
    ["worker", { QUEUE_URL: "memory:" }, /^crm: QUEUE_URL is "memory:", which other processes can't reach/],
    ["start", { HOST: "0.0.0.0" }, /^crm: HOST is "0\.0\.0\.0".*API_KEY/],
    ["start", { STORE_URL: "sqlite:/dev/null/data/crm.db" }, /^crm: STORE_URL is "sqlite:\/dev\/null\/data\/crm\.db"/],
  ])("crm %s with %j: one line, exit code 78", async (command, env, line) => {
    const { code, stdout, stderr } = await crm([command], { ...store, ...env }).exited;
    expect({ code, stdout, lines: stderr.trimEnd().split("\n").length }).toEqual({ code: 78, stdout: "", lines: 1 });
    expect(stderr).toMatch(line);
    expect(stderr).not.toContain("secret");
  });

  it.each(["start", "serve", "worker", "doctor"])(
    "crm %s on a file of another layout: one line that says what to do",
    async (command) => {
      const file = join(folder.path, "crm.db");
      const database = new DatabaseSync(file);
      database.exec("CREATE TABLE crm_schema (version INTEGER NOT NULL) STRICT; INSERT INTO crm_schema VALUES (1)");
      database.close();
      const { code, stderr } = await crm([command], { ...store, STORE_URL: `sqlite:${file}` }).exited;
      expect({ code, lines: stderr.trimEnd().split("\n").length }).toEqual({ code: 1, lines: 1 });
      expect(stderr).toMatch(/^crm: The database has layout 1, .*older version.*layout \d+: .*import/);
    },
  );

  it("a port in use: one line, exit code 78", async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
    const address = holder.address();
    const port = String(typeof address === "object" && address !== null ? address.port : 0);
    const { code, stderr } = await crm(["start"], { ...store, PORT: port }).exited;
    holder.close();
    expect({ code, stderr }).toEqual({
      code: 78,
      stderr: `crm: PORT is ${port}: it is in use on 127.0.0.1; choose one that is free.\n`,
    });
  });
});

describe("SIGTERM", () => {
  it("drains: what was accepted is applied by the next start, and the exit code is 0", async () => {
    const first = crm(["start"], store);
    const url = await first.url;
    const rows = Array.from({ length: 2_000 }, (_, index) => ({ id: `c${index}`, email: `c${index}@example.com` }));
    const { batchId } = await postJson<{ readonly batchId: string }>(`${url}/api/customers`, rows);
    const signalledAt = Date.now();
    first.child.kill("SIGTERM");
    expect(await first.exited).toMatchObject({ code: 0, stderr: "" });
    expect(Date.now() - signalledAt).toBeLessThan(10_000);

    const second = crm(["start"], store);
    const batch = async () =>
      getJson<{ readonly status: string; readonly accepted: number }>(`${await second.url}/api/batches/${batchId}`);
    await expect.poll(batch, { timeout: 10_000 }).toMatchObject({ status: "completed", accepted: 2_000 });
    second.child.kill("SIGTERM");
    expect(await second.exited).toMatchObject({ code: 0 });
  });

  it("drains below npm too, whose shell dies of the signal and leaves the server without its parent", async () => {
    const npm = crmUnderNpm(["start"], store);
    const url = await npm.url;
    const signalledAt = Date.now();
    npm.child.kill("SIGTERM");
    await npm.exited;
    expect(Date.now() - signalledAt).toBeLessThan(10_000);
    await expect(fetch(url)).rejects.toThrow();
  });

  it("ends crm serve and crm worker, which share the work on one file", async () => {
    const [server, worker] = [crm(["serve"], store), crm(["worker"], store)];
    const url = await server.url;
    const { batchId } = await postJson<{ readonly batchId: string }>(`${url}/api/customers`, [
      { id: "ada", email: "ada@example.com" },
    ]);
    const status = async () => (await getJson<{ readonly status: string }>(`${url}/api/batches/${batchId}`)).status;
    await expect.poll(status, { timeout: 10_000 }).toBe("completed");
    for (const process of [server, worker]) {
      process.child.kill("SIGTERM");
      expect(await process.exited).toMatchObject({ code: 0 });
    }
  });
});

it("looks again for some seconds at its start for a server that does not answer", { timeout: 30_000 }, async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const address = holder.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await new Promise((resolve) => holder.close(resolve));
  const away = crm(["worker"], { ...store, QUEUE_URL: `redis://127.0.0.1:${port}`, LOG_LEVEL: "warn" });
  const startedAt = Date.now();
  const { code, stderr } = await away.exited;
  expect(code).toBe(1);
  expect(stderr).toContain("a server does not answer yet");
  expect(Date.now() - startedAt).toBeGreaterThan(4_000);
});

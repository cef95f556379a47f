import { expect, it } from "vitest";
import { dryRun, expectDryRunsToForetell } from "../../../../../test/dry-runs.js";
import { engineWith, memoryEngine } from "../../engine.fixture.js";
import { memorySpool, memoryStore } from "../../memory/index.js";

it("foretells what an upload does, whatever its rows, and writes nothing", { timeout: 60_000 }, async () => {
  await expectDryRunsToForetell(async () => memoryStore(), { runs: 150, openSpool: memorySpool() });
});

it("counts each customer once who would have an address that nobody is written to", async () => {
  const engine = await engineWith([
    { id: "ann", email: "ann@example.com" },
    { id: "bob", email: "bob@example.com", consent: { email: { state: "withdrawn", at: "2026-01-01T00:00:00Z" } } },
    { id: "eve", email: "eve@example.com", consent: { email: { state: "withdrawn", by: "bounced" } } },
  ]);
  const rows = [
    { id: "ann", email: "bob@example.com" },
    { id: "ann", name: "Ann" },
    { id: "new", email: "EVE@example.com" },
    { id: "bob", name: "Bob" },
    { id: "eve", email: "other@example.com" },
    { id: "fay", email: "fay@example.com", consent: { email: { state: "withdrawn" } } },
  ];
  expect(await dryRun(engine, "customers", rows)).toMatchObject({ received: 6, added: 2, changed: 4, suppressed: 4 });
});

it("shows the first 100 rejections by row, and tells of all", async () => {
  const engine = memoryEngine();
  const rows = Array.from({ length: 450 }, (_, index) => ({ row: index + 1, data: { id: `c${index}`, visitCount: "x" } }));
  const told: number[] = [];
  const { rejected, errors } = await engine.untrusted.ingest.dryRun("customers", rows, {
    onRejection: ({ row }) => told.push(row),
  });
  expect({ rejected, shown: errors.map(({ row }) => row), told: told.length }).toEqual({
    rejected: 450,
    shown: Array.from({ length: 100 }, (_, index) => index + 1),
    told: 450,
  });
});

it("says how far it came where its rows break off, and names no batch", async () => {
  const engine = memoryEngine();
  async function* broken() {
    yield { row: 1, data: { id: "a" } };
    throw new Error("The line is cut.");
  }
  const error = await engine.untrusted.ingest.dryRun("customers", broken()).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: "invalid", message: "The upload broke off." });
  expect(error.details).toEqual({ rowsRead: 1 });
});

import { describe, expect, it } from "vitest";
import type { RowInput } from "../../engine/untrusted.js";
import { memoryEngine } from "../../engine.fixture.js";
import { memoryStore } from "../../memory/index.js";
import { numbered, randomCustomers, randomOrders, sameAsImport } from "./same-as-import.fixture.js";

describe("a dry run", () => {
  it.each(Array.from({ length: 25 }, (_, index) => index + 1))(
    "has the numbers of the import that follows, and writes nothing (seed %i)",
    (seed) => sameAsImport(memoryStore(), seed),
  );

  it("counts a repeated row, a moved address and a respelt one as the import does", async () => {
    const engine = memoryEngine();
    await engine.ingest.customers([{ id: "a", email: "ann@example.com", name: "Ann" }]);
    await engine.workOff();
    const rows = [
      { id: "a", email: "new@example.com" },
      { email: " New@Example.com ", name: "Anna" },
      { email: "ann@example.com", name: "Another" },
      { id: "b" },
      { id: "b" },
      { name: "nobody" },
    ];
    expect(await engine.untrusted.ingest.dryRun("customers", numbered(rows))).toEqual({
      received: 6,
      added: 2,
      changed: 2,
      unchanged: 1,
      rejected: 1,
      suppressed: 0,
      errors: [expect.objectContaining({ row: 6 })],
    });
    expect(await engine.customers.get("a")).toMatchObject({ email: "ann@example.com", name: "Ann" });
  });

  it("counts each customer once who has an address to which nothing is sent, by the file or by what is known", async () => {
    const engine = memoryEngine();
    await engine.ingest.customers([
      { id: "a", email: "a@example.com", consent: { email: { state: "withdrawn", by: "complained" } } },
      { id: "c", email: "c@example.com", consent: { email: { state: "withdrawn", at: "2020-01-01" } } },
    ]);
    await engine.workOff();
    const rows = [
      { id: "x", email: "A@example.com" },
      { id: "x", name: "again" },
      { id: "y", email: "y@example.com", consent: { email: { state: "withdrawn" } } },
      { id: "z", email: "z@example.com" },
      { id: "c", email: "c@example.com", consent: { email: { state: "subscribed", at: "2021-01-01" } } },
    ];
    expect(await engine.untrusted.ingest.dryRun("customers", numbered(rows))).toMatchObject({ received: 5, suppressed: 2 });
  });

  it("that breaks off says what it had counted", async () => {
    const engine = memoryEngine();
    async function* broken(): AsyncGenerator<RowInput> {
      yield { row: 1, data: { id: "a" } };
      throw new Error("the line fell");
    }
    await expect(engine.untrusted.ingest.dryRun("customers", broken())).rejects.toMatchObject({
      code: "invalid",
      details: { rowsRead: 1, received: 1, added: 1, truncated: true },
    });
    expect((await engine.batches.list({}, { limit: 10 })).items).toEqual([]);
  });

  it("is repeated with the same numbers", async () => {
    const engine = memoryEngine();
    const rows = [...randomCustomers(7), ...randomCustomers(8)];
    const once = await engine.untrusted.ingest.dryRun("customers", numbered(rows));
    expect(await engine.untrusted.ingest.dryRun("customers", numbered(rows))).toEqual(once);
    expect(await engine.untrusted.ingest.dryRun("orders", numbered(randomOrders(7)))).toMatchObject({ received: 180 });
  });
});

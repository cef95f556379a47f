import { sqliteStore } from "@crm-engine/adapters/sqlite";
import { expect, it } from "vitest";
import { loadDriver } from "../database/driver.js";
import { scratchFile } from "../scratch.fixture.js";

it("leaves nothing of an erased customer in any table but the id", async () => {
  const file = await scratchFile();
  const store = sqliteStore({ file });
  const fields = { email: "quux@example.com", phone: "+1555123", name: "Quux", tags: ["vip"], attributes: { plan: "paid" } };
  await store.customers.apply([{ id: "c1", stamp: 1, fields }]);
  await store.communications.plan({ campaignId: "k1", channel: "email", condition: { kind: "all", of: [] }, plannedAt: 1 });
  const [row] = await store.claims.claim({ campaignId: "k1", limit: 1, leaseMs: 60_000 });
  await store.claims.beginCalls([{ id: "k1:c1", epoch: row?.epoch ?? 0, to: "quux@example.com" }], 1_000);
  const contents = async (): Promise<string> => {
    const database = (await loadDriver()).open(file);
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { readonly name: string }[];
    const text = JSON.stringify(tables.map(({ name }) => database.prepare(`SELECT * FROM ${name}`).all()));
    database.close();
    return text;
  };

  expect(await contents()).toMatch(/quux@example\.com.*"paid"/is);
  expect(await store.customers.erase("c1", 2_000)).toEqual({});
  expect(await contents()).not.toMatch(/quux|1555123|vip|paid/i);
  await store.close();
});

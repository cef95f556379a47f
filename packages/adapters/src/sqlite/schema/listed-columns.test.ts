import { sqliteStore } from "@crm-engine/adapters/sqlite";
import type { Condition, FieldRef } from "@crm-engine/core/ports";
import { expect, it } from "vitest";
import { loadDriver } from "../database/driver.js";
import { scratchFile } from "../scratch.fixture.js";

const EVERYONE: Condition = { kind: "all", of: [] };
const clicked: FieldRef = { of: "messages", event: "clicked" };
const smsConsent: FieldRef = { of: "consent", channel: "sms", otherwise: "subscribed" };

it("gives an older file the columns of statuses and channels that it lacks", async () => {
  const file = await scratchFile();
  const before = sqliteStore({ file });
  await before.customers.apply([{ id: "c1", stamp: 1, fields: {} }]);
  await before.communications.plan({ campaignId: "k1", channel: "email", condition: EVERYONE, plannedAt: 1 });
  await before.close();

  const database = (await loadDriver()).open(file);
  database.exec("DROP INDEX crm_communications_clicked");
  database.exec("ALTER TABLE crm_communications DROP COLUMN clicked_at");
  database.exec("DROP INDEX crm_customers_exceptional_sms");
  database.exec("ALTER TABLE crm_customers DROP COLUMN consent_sms");
  database.close();

  const store = sqliteStore({ file });
  expect((await store.customers.get("c1"))?.consent).toEqual({});
  expect(await store.customers.count({ kind: "textIn", field: smsConsent, values: ["subscribed"] })).toBe(1);
  await store.communications.record([{ logId: "k1:c1", generation: 1, status: "clicked", at: 5 }]);
  expect((await store.communications.get("k1:c1"))?.evidence).toEqual({ clicked: 5, delivered: 5 });
  expect(await store.customers.count({ kind: "numberIn", field: clicked, values: [1] })).toBe(1);
  await store.customers.withdrawConsent([{ customerId: "c1", channel: "sms", by: "complained", at: 5 }]);
  expect((await store.customers.get("c1"))?.consent).toEqual({ sms: { state: "withdrawn", at: 5, by: "complained" } });
  await store.close();
});

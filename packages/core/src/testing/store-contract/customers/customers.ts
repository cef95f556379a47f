import { deepEqual, equal } from "node:assert/strict";
import type { AttributeValue } from "../../../model/customer.js";
import { addCustomers, customerOf, ids, START, upsert } from "../given.js";
import { type CasesOf, storeCase } from "../store-harness.js";
import { applyCases } from "./apply.js";
import { eraseCases } from "./erase.js";
import { countCases, findCases, previewCases } from "./select.js";

export const customerCases: CasesOf<"customers"> = {
  apply: applyCases,
  erase: eraseCases,
  get: [
    storeCase("what a caller holds is a copy", async (store) => {
      const tags = ["a"];
      await store.customers.apply([upsert("c1", { tags, attributes: { list: tags } })]);
      tags.push("b");
      const read = await customerOf(store, "c1");
      deepEqual(read.tags, ["a"]);
      (read.tags as string[]).push("c");
      (read.attributes as Record<string, AttributeValue>).d = 1;
      const again = await customerOf(store, "c1");
      deepEqual([again.tags, again.attributes], [["a"], { list: ["a"] }]);
    }),
  ],
  getMany: [
    storeCase("an unknown id is not there, and many are read at once", async (store) => {
      await addCustomers(store, ["c1", "c2"]);
      equal(await store.customers.get("nobody"), undefined);
      const many = await store.customers.getMany(["nobody", "c2", "c1"]);
      deepEqual(many.map((customer) => customer.id).sort(), ["c1", "c2"]);
      deepEqual(
        many.find((customer) => customer.id === "c1"),
        await customerOf(store, "c1"),
      );
      deepEqual(await store.customers.getMany([]), []);
    }),
  ],
  findOwners: [
    storeCase("the owners of an email are all who have it now, lowest id first", async (store) => {
      await store.customers.apply([
        upsert("c3", { email: "same@example.com" }),
        upsert("c1", { email: "same@example.com" }),
        upsert("c2", { email: "other@example.com" }),
        upsert("c4", { email: "zoë@example.com" }),
        upsert("c5", {}),
      ]);
      const owners = await store.customers.findOwners([
        "same@example.com",
        "other@example.com",
        "zoë@example.com",
        "nobody@example.com",
      ]);
      deepEqual([...owners].sort(), [
        ["other@example.com", ["c2"]],
        ["same@example.com", ["c1", "c3"]],
        ["zoë@example.com", ["c4"]],
      ]);
      await store.customers.apply([upsert("c1", { email: "moved@example.com" }, 2), upsert("c2", { email: null }, 2)]);
      const moved = await store.customers.findOwners(["same@example.com", "other@example.com", "moved@example.com"]);
      deepEqual([...moved].sort(), [
        ["moved@example.com", ["c1"]],
        ["same@example.com", ["c3"]],
      ]);
    }),
  ],
  find: findCases,
  count: countCases,
  preview: previewCases,
  idAfter: [
    storeCase("a range ends with its last customer, and the last range has no end", async (store) => {
      equal(await store.customers.idAfter(undefined, 1), undefined, "nobody is there");
      await addCustomers(store, ids("c", 10));
      equal(await store.customers.idAfter(undefined, 1), "c000");
      equal(await store.customers.idAfter(undefined, 4), "c003");
      equal(await store.customers.idAfter("c003", 4), "c007");
      equal(await store.customers.idAfter("c003", 6), "c009", "exactly as many are left");
      equal(await store.customers.idAfter("c003", 7), undefined, "fewer are left");
      equal(await store.customers.idAfter("c0035", 1), "c004", "a bound need not be a customer");
    }),
  ],
  withdrawConsent: [
    storeCase("withdrawn consent stands against upserts until the person says otherwise", async (store) => {
      const said = START + 1_000;
      await addCustomers(store, ["c1", "c2"]);
      await store.customers.withdrawConsent([
        { customerId: "c1", channel: "email", by: "unsubscribed", at: said },
        { customerId: "nobody", channel: "email", by: "unsubscribed", at: said },
      ]);
      deepEqual((await customerOf(store, "c1")).consent, {
        email: { state: "withdrawn", at: said, by: "unsubscribed" },
        sms: { state: "subscribed" },
      });
      deepEqual((await customerOf(store, "c2")).consent, { email: { state: "subscribed" }, sms: { state: "subscribed" } });
      equal(await store.customers.get("nobody"), undefined);
      await store.customers.apply([upsert("c1", { consent: { email: { state: "subscribed" } } }, 20_000_000)]);
      await store.customers.apply([upsert("c1", { consent: { email: { state: "subscribed", at: said - 1 } } }, 20_000_001)]);
      equal((await customerOf(store, "c1")).consent.email.state, "withdrawn");
      await store.customers.apply([upsert("c1", { consent: { email: { state: "subscribed", at: said + 1 } } }, 20_000_002)]);
      equal((await customerOf(store, "c1")).consent.email.state, "subscribed");
    }),
    storeCase("a time that was in the future when its row was accepted is that of the acceptance", async (store) => {
      const optIn = { consent: { email: { state: "subscribed", at: START + 9_000_000 } } } as const;
      await store.customers.apply([upsert("c1", optIn, 1_000_000)]);
      equal((await customerOf(store, "c1")).consent.email.at, START + 1_000);
      await store.customers.withdrawConsent([{ customerId: "c1", channel: "email", by: "unsubscribed", at: START + 2_000 }]);
      equal((await customerOf(store, "c1")).consent.email.state, "withdrawn");
      await store.customers.apply([upsert("c1", optIn, 3_000_000)]);
      equal((await customerOf(store, "c1")).consent.email.state, "subscribed");
    }),
    storeCase("of several withdrawals the latest stands, in whatever order they come", async (store) => {
      await addCustomers(store, ["c1", "c2"]);
      const early = { channel: "sms", by: "complained", at: START + 1_000 } as const;
      const late = { channel: "sms", by: "complained", at: START + 2_000 } as const;
      await store.customers.withdrawConsent([
        { customerId: "c1", ...early },
        { customerId: "c1", ...late },
      ]);
      await store.customers.withdrawConsent([{ customerId: "c2", ...late }]);
      await store.customers.withdrawConsent([{ customerId: "c2", ...early }]);
      for (const id of ["c1", "c2"]) {
        const { sms, email } = (await customerOf(store, id)).consent;
        deepEqual(sms, { state: "withdrawn", at: late.at, by: "complained" }, `the latest withdrawal of ${id}`);
        equal(email.state, "subscribed");
      }
    }),
  ],
};

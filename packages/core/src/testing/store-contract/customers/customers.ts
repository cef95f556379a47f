import { deepEqual, equal } from "node:assert/strict";
import type { AttributeValue } from "../../../model/customer.js";
import { addCustomers, customerOf, hashOf, ids, order, START, upsert } from "../given.js";
import { type CasesOf, storeCase } from "../store-harness.js";
import { applyCases } from "./apply.js";
import { eraseCases } from "./erase.js";
import { profileCases } from "./profile.js";
import { searchCases } from "./search.js";
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
      const owners = await store.customers.findOwners("email", [
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
      const moved = await store.customers.findOwners("email", ["same@example.com", "other@example.com", "moved@example.com"]);
      deepEqual([...moved].sort(), [
        ["moved@example.com", ["c1"]],
        ["same@example.com", ["c3"]],
      ]);
    }),
    storeCase("the owners of a phone number are not those of an email that reads alike", async (store) => {
      await store.customers.apply([
        upsert("c2", { phone: "+44555" }),
        upsert("c1", { phone: "+44555", email: "a@example.com" }),
        upsert("c3", { email: "+44555" }),
      ]);
      const owners = await store.customers.findOwners("phone", ["+44555", "a@example.com"]);
      deepEqual([...owners], [["+44555", ["c1", "c2"]]]);
    }),
  ],
  find: findCases,
  search: searchCases,
  count: countCases,
  preview: previewCases,
  profile: profileCases,
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
  mark: [
    storeCase("a mark is on all who have the address now, and on nobody else", async (store) => {
      const shared = { email: "same@example.com" };
      await store.customers.apply([
        upsert("c1", shared),
        upsert("c2", { ...shared, phone: "+4412345" }),
        upsert("c3", { email: "other@example.com" }),
        upsert("c4", {}),
      ]);
      const mark = { version: 3, refusal: "suppressed" } as const;
      await store.customers.mark([{ channel: "email", hash: hashOf(shared.email), ...mark }]);
      for (const id of ["c1", "c2"]) deepEqual((await customerOf(store, id)).marks, { email: mark }, id);
      for (const id of ["c3", "c4"]) deepEqual((await customerOf(store, id)).marks, {}, id);
      await store.customers.mark([{ channel: "sms", hash: hashOf("+4412345"), ...mark }]);
      deepEqual((await customerOf(store, "c2")).marks, { email: mark, sms: mark });
    }),
    storeCase("the mark of the latest version stays, in whatever order they come", async (store) => {
      await store.customers.apply([upsert("c1", { email: "a@example.com" }), upsert("c2", { email: "b@example.com" })]);
      const marks = (address: string) =>
        [{ version: 1, refusal: "suppressed" } as const, { version: 2 }, { version: 3, refusal: "unsubscribed" } as const].map(
          (mark) => ({ channel: "email" as const, hash: hashOf(address), ...mark }),
        );
      for (const mark of marks("a@example.com")) await store.customers.mark([mark]);
      await store.customers.mark(marks("b@example.com").reverse());
      for (const id of ["c1", "c2"]) {
        deepEqual((await customerOf(store, id)).marks, { email: { version: 3, refusal: "unsubscribed" } }, id);
      }
      await store.customers.mark([{ channel: "email", hash: hashOf("a@example.com"), version: 4 }]);
      deepEqual((await customerOf(store, "c1")).marks, { email: { version: 4 } }, "one that lifts");
    }),
    storeCase("a mark ends with its address, and outlives everything else that is said of a customer", async (store) => {
      await store.customers.apply([upsert("c1", { email: "a@example.com", name: "Ann" })]);
      const mark = { version: 2, refusal: "unsubscribed" } as const;
      await store.customers.mark([{ channel: "email", hash: hashOf("a@example.com"), ...mark }]);
      await store.customers.apply([upsert("c1", { email: "a@example.com", name: "Anna", phone: "+4412345" }, 2)]);
      await store.orders.apply([order("o1", "c1")]);
      deepEqual((await customerOf(store, "c1")).marks, { email: mark });
      await store.customers.apply([upsert("c1", { email: "b@example.com" }, 3)]);
      const moved = await customerOf(store, "c1");
      deepEqual([moved.marks, moved.addressHashes], [{}, { email: hashOf("b@example.com"), phone: hashOf("+4412345") }]);
      await store.customers.mark([{ channel: "email", hash: hashOf("a@example.com"), ...mark, version: 9 }]);
      deepEqual((await customerOf(store, "c1")).marks, {}, "it is about an address that is not theirs any more");
      await store.customers.apply([upsert("c1", { email: null }, 4)]);
      deepEqual((await customerOf(store, "c1")).addressHashes, { phone: hashOf("+4412345") });
    }),
    storeCase("customers are counted by their marks", async (store) => {
      await store.customers.apply(["a", "b", "c"].map((id) => upsert(id, { email: `${id}@example.com` })));
      await store.customers.mark([
        { channel: "email", hash: hashOf("a@example.com"), version: 1, refusal: "suppressed" },
        { channel: "email", hash: hashOf("b@example.com"), version: 1, refusal: "unsubscribed" },
        { channel: "email", hash: hashOf("c@example.com"), version: 1 },
      ]);
      const field = { of: "mark", channel: "email" } as const;
      equal(await store.customers.count({ kind: "textIn", field, values: ["suppressed"] }), 1);
      equal(await store.customers.count({ kind: "textIn", field, values: ["suppressed", "unsubscribed"] }), 2);
      equal(await store.customers.count({ kind: "not", of: { kind: "present", field } }), 1);
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
      deepEqual((await customerOf(store, "c1")).consent, { email: { state: "withdrawn", at: said, by: "unsubscribed" } });
      deepEqual((await customerOf(store, "c2")).consent, {}, "of whom nobody said anything");
      equal(await store.customers.get("nobody"), undefined);
      await store.customers.apply([upsert("c1", { consent: { email: { state: "subscribed" } } }, 20_000_000)]);
      await store.customers.apply([upsert("c1", { consent: { email: { state: "subscribed", at: said - 1 } } }, 20_000_001)]);
      equal((await customerOf(store, "c1")).consent.email?.state, "withdrawn");
      await store.customers.apply([upsert("c1", { consent: { email: { state: "subscribed", at: said + 1 } } }, 20_000_002)]);
      equal((await customerOf(store, "c1")).consent.email?.state, "subscribed");
    }),
    storeCase("a time that was in the future when its row was accepted is that of the acceptance", async (store) => {
      const optIn = { consent: { email: { state: "subscribed", at: START + 9_000_000 } } } as const;
      await store.customers.apply([upsert("c1", optIn, 1_000_000)]);
      equal((await customerOf(store, "c1")).consent.email?.at, START + 1_000);
      await store.customers.withdrawConsent([{ customerId: "c1", channel: "email", by: "unsubscribed", at: START + 2_000 }]);
      equal((await customerOf(store, "c1")).consent.email?.state, "withdrawn");
      await store.customers.apply([upsert("c1", optIn, 3_000_000)]);
      equal((await customerOf(store, "c1")).consent.email?.state, "subscribed");
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
        equal(email, undefined);
      }
    }),
  ],
};

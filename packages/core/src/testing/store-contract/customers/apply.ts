import { deepEqual, equal } from "node:assert/strict";
import { type AttributeValue, MAX_CUSTOMER_BYTES, type StoredCustomer } from "../../../model/customer.js";
import { pause, race } from "../../expect.js";
import { customerOf, hashOf, order, START, upsert } from "../given.js";
import { type CasesOf, storeCase, twoStoreCase } from "../store-harness.js";

/** Names that some store could take for a path, an operator or a member of every object. */
const AWKWARD_NAMES = [
  "a.b",
  "a",
  "a.b.c",
  ".",
  "a..b",
  "$set",
  "$gt",
  "$",
  "constructor",
  "toString",
  "__proto",
  "a b",
  "[0]",
  "0",
  "'\"`",
  "é",
  "😀",
  "%",
  "_",
];
const AWKWARD_TEXTS = [
  "Zoë 😀 𝒳",
  "Ame\u0301lie",
  "Amélie",
  "שלום مرحبا",
  "日本語",
  'O\'Brien "x" \\ `y` ; -- DROP',
  "two\nlines\tand\u2028more",
  '{"$ne":null}',
  "$name",
  "",
  " ",
  "null",
];

export const applyCases: CasesOf<"customers">["apply"] = [
  storeCase("a change that makes a record too large changes nothing, and costs its neighbours nothing", async (store) => {
    const long = (name: string, length: number) => ({ attributes: { [name]: "\u20ac".repeat(length / 3) } });
    const most = MAX_CUSTOMER_BYTES - 1_000;
    deepEqual(await store.customers.apply([upsert("c1", long("a", most / 2)), upsert("c1", long("b", most / 2), 2)]), [
      "added",
      "changed",
    ]);
    const before = await customerOf(store, "c1");
    const changes = [
      upsert("c0", { name: "Before" }, 3),
      upsert("c1", { ...long("c", 3_000), name: "Ann" }, 3),
      upsert("c1", { visitCount: 7 }, 4),
      upsert("c2", long("a", MAX_CUSTOMER_BYTES), 3),
      upsert("c3", { name: "After" }, 3),
    ];
    for (let times = 0; times < 2; times++)
      deepEqual(await store.customers.apply(changes), ["added", "too_large", "changed", "too_large", "added"]);
    const after = await customerOf(store, "c1");
    deepEqual(foldedPart(after), foldedPart({ ...before, visitCount: 7, stamp: after.stamp, changedStamp: after.stamp }));
    deepEqual([(await customerOf(store, "c0")).name, await store.customers.get("c2")], ["Before", undefined]);
    const less = [upsert("c1", { ...long("c", 3_000), attributes: { a: null, c: "c" } }, 5)];
    deepEqual(await store.customers.apply(less), ["changed"]);
  }),
  storeCase("a customer says what a row did, now and when the row comes again", async (store) => {
    const fields = { name: "Ann", tags: ["a", "b"], visitCount: 3, attributes: { plan: "gold", sizes: ["s", "m"] } };
    const said = { consent: { email: { state: "subscribed", at: START } } } as const;
    const first = upsert("c1", { ...fields, ...said }, 1);
    const rows = [
      [upsert("c1", { ...fields, ...said }, 2), "unchanged"],
      [upsert("c1", { name: "Ann", lastVisitAt: null }, 3), "unchanged"],
      [upsert("c1", {}, 4), "unchanged"],
      [upsert("c1", { tags: ["b", "a"] }, 5), "changed"],
      [upsert("c1", { attributes: { plan: null } }, 6), "changed"],
      [upsert("c1", { consent: { email: { state: "withdrawn" } } }, 7), "changed"],
    ] as const;
    deepEqual(await store.customers.apply([first]), ["added"]);
    for (const [row, effect] of rows)
      for (let times = 0; times < 2; times++) deepEqual(await store.customers.apply([row]), [effect]);
    const { updatedAt } = await customerOf(store, "c1");
    await pause(5);
    deepEqual(await store.customers.apply([first, upsert("c1", { visitCount: 3 }, 8)]), ["added", "unchanged"]);
    deepEqual((await customerOf(store, "c1")).updatedAt, updatedAt);
    await store.orders.apply([order("o1", "c2")]);
    deepEqual(await store.customers.apply([upsert("c2", { name: "Ben" }, 2), upsert("c3", {}, 2)]), ["changed", "added"]);
  }),
  storeCase("an upsert changes only the fields that it carries, and null clears", async (store) => {
    await store.customers.apply([
      upsert("c1", {
        email: "a@example.com",
        phone: "+44 1",
        name: "Ann",
        timeZone: "Europe/London",
        visitCount: 3,
        lastVisitAt: START,
      }),
    ]);
    const before = await customerOf(store, "c1");
    await store.customers.apply([upsert("c1", { name: "Anna", phone: null, visitCount: null, lastVisitAt: null }, 2)]);
    const { phone: _phone, lastVisitAt: _visit, ...kept } = before;
    const after = await customerOf(store, "c1");
    deepEqual(
      foldedPart(after),
      foldedPart({
        ...kept,
        name: "Anna",
        visitCount: 0,
        addressHashes: { email: hashOf("a@example.com") },
        stamp: before.stamp + 1,
        changedStamp: before.stamp + 1,
        cleared: ["lastVisitAt", "phone", "visitCount"],
      }),
    );
    equal(after.createdAt, before.createdAt, "a customer is made once");
  }),
  storeCase("attributes merge key by key, and tags are replaced whole", async (store) => {
    await store.customers.apply([upsert("c1", { tags: ["a", "b"], attributes: { plan: "free", seats: 2, beta: true } })]);
    await store.customers.apply([
      upsert("c1", { tags: ["c"], attributes: { plan: "paid", seats: null, langs: ["en", "de"] } }, 2),
    ]);
    const customer = await customerOf(store, "c1");
    deepEqual(customer.tags, ["c"]);
    deepEqual(customer.attributes, { plan: "paid", beta: true, langs: ["en", "de"] });
    await store.customers.apply([upsert("c1", { tags: null }, 3)]);
    deepEqual((await customerOf(store, "c1")).tags, []);
  }),
  storeCase("an older upsert only fills what is missing, and never what was cleared", async (store) => {
    await store.customers.apply([upsert("c1", { name: "New", phone: null, attributes: { plan: "paid", old: null } }, 10)]);
    await store.customers.apply([
      upsert(
        "c1",
        { name: "Old", phone: "+44 1", email: "old@example.com", attributes: { plan: "free", old: 1, city: "Bath" } },
        5,
      ),
    ]);
    const customer = await customerOf(store, "c1");
    equal(customer.name, "New");
    equal(customer.phone, undefined, "cleared on purpose");
    equal(customer.email, "old@example.com", "missing until now");
    deepEqual(customer.attributes, { plan: "paid", city: "Bath" });
  }),
  storeCase("an upsert delivered again changes nothing", async (store) => {
    const first = upsert("c1", { name: "First", tags: ["a"], attributes: { plan: "free", x: 1 } }, 1);
    const second = upsert("c1", { name: "Second", tags: [], attributes: { plan: "paid", x: null } }, 2);
    await store.customers.apply([first]);
    await store.customers.apply([second]);
    const settled = await customerOf(store, "c1");
    for (const again of [[first], [second], [first, second], [second, first]]) {
      await store.customers.apply(again);
      deepEqual(await customerOf(store, "c1"), settled);
    }
  }),
  storeCase("changes to one customer in one call are folded in their order", async (store) => {
    await store.customers.apply([
      upsert("c1", { name: "One", attributes: { a: 1 } }, 1),
      upsert("c2", { name: "Other" }, 1),
      upsert("c1", { name: "Two", attributes: { b: 2 } }, 1),
      upsert("c2", { name: "Another", attributes: { c: null } }, 1),
      upsert("c1", { attributes: { a: null } }, 2),
    ]);
    const customer = await customerOf(store, "c1");
    equal(customer.name, "Two", "of the same stamp the later one stands");
    deepEqual(customer.attributes, { b: 2 });
    equal((await customerOf(store, "c2")).name, "Another");
  }),
  twoStoreCase("of racing upserts from two handles none is lost", async (stores) => {
    await race(20, async (index) =>
      stores[index % 2 === 0 ? 0 : 1].customers.apply([upsert("c1", { attributes: { [`key${index}`]: index } }, index + 1)]),
    );
    const expected = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`key${index}`, index]));
    deepEqual({ ...expected, ...(await customerOf(stores[0], "c1")).attributes }, expected);
    equal(Object.keys((await customerOf(stores[1], "c1")).attributes).length, 20);
  }),
  storeCase("attribute names with dots, dollars and built-in names are names like any other", async (store) => {
    const attributes = Object.fromEntries(AWKWARD_NAMES.map((name, index) => [name, `value ${index}`]));
    await store.customers.apply([upsert("c1", { attributes })]);
    deepEqual(sorted((await customerOf(store, "c1")).attributes), sorted(attributes));
    for (const [index, name] of AWKWARD_NAMES.entries()) {
      const condition = { kind: "textIn", field: { of: "attribute", name }, values: [`value ${index}`] } as const;
      equal(await store.customers.count(condition), 1, `found by the attribute ${name}`);
    }
    await store.customers.apply([upsert("c1", { attributes: Object.fromEntries(AWKWARD_NAMES.map((name) => [name, null])) }, 2)]);
    deepEqual((await customerOf(store, "c1")).attributes, {});
    await store.customers.apply([upsert("c1", { attributes }, 1)]);
    deepEqual((await customerOf(store, "c1")).attributes, {}, "cleared names stay cleared");
  }),
  storeCase("text of any script comes back as it went in", async (store) => {
    for (const [index, text] of AWKWARD_TEXTS.entries()) {
      const id = `c${index}${text === "" ? "" : ` ${text}`}x`;
      await store.customers.apply([upsert(id, { name: text, tags: [`t${text}`], attributes: { text, list: [text, text] } })]);
      const customer = await customerOf(store, id);
      deepEqual(
        [customer.id, customer.name, customer.tags, customer.attributes],
        [id, text, [`t${text}`], { text, list: [text, text] }],
      );
    }
  }),
  storeCase("attribute values keep their types and precision", async (store) => {
    const attributes: Record<string, AttributeValue> = {
      zero: 0,
      one: 1,
      negative: -1.5,
      tenth: 0.1,
      tiny: 1e-7,
      large: 123_456_789_012.345,
      safe: Number.MAX_SAFE_INTEGER,
      huge: 1e21,
      yes: true,
      no: false,
      digits: "42",
      truth: "true",
      date: "2026-01-31",
      empty: [],
      list: ["1", "true", ""],
    };
    await store.customers.apply([upsert("c1", { attributes })]);
    deepEqual(sorted((await customerOf(store, "c1")).attributes), sorted(attributes));
  }),
];

/** All but the time of the change, with attributes in one order. */
function foldedPart(customer: StoredCustomer): object {
  const { updatedAt: _, attributes, ...rest } = customer;
  return { ...rest, attributes: sorted(attributes) };
}

function sorted(attributes: StoredCustomer["attributes"]): readonly (readonly [string, AttributeValue])[] {
  return Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
}

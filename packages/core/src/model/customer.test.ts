import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyCustomerChange,
  type Consent,
  type CustomerChange,
  type CustomerFields,
  type StoredCustomer,
  withdrawConsent,
} from "./customer.js";
import { customerParser } from "./customer-input.js";

const NOW = Date.UTC(2026, 0, 1);
const parse = customerParser({ currency: "USD", currencyDecimals: 2, timeZone: "Europe/London" });

function issuesOf(input: unknown): readonly string[] {
  const parsed = parse(input);
  return parsed.ok ? [] : parsed.issues.map((issue) => issue.path);
}

function fieldsOf(input: unknown): CustomerFields {
  const parsed = parse(input);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value.fields;
}

/** Applies rows in the order given. */
function fold(...changes: readonly { readonly stamp: number; readonly fields: CustomerFields }[]): StoredCustomer {
  const [first, ...rest] = changes.map((change): CustomerChange => ({ id: "c", ...change }));
  if (!first) throw new Error("nothing to fold");
  return rest.reduce((stored, change) => applyCustomerChange(stored, change, NOW), applyCustomerChange(undefined, first, NOW));
}

describe("a customer row", () => {
  it("comes in normalized", () => {
    expect(
      fieldsOf({
        id: "c",
        email: "  Zoe\u0308@Example.COM ",
        phone: " +44 20 7946 0000 ",
        lastVisitAt: "2026-07-01T00:00",
        visitCount: 3,
      }),
    ).toEqual({ email: "zoë@example.com", phone: "+442079460000", lastVisitAt: Date.UTC(2026, 5, 30, 23), visitCount: 3 });
  });

  it("keeps null apart from absent", () => {
    expect(fieldsOf({ id: "c", name: null, tags: null, attributes: { plan: null } })).toEqual({
      name: null,
      tags: null,
      attributes: { plan: null },
    });
  });

  it.each<[string, unknown, string]>([
    ["neither id nor email", { name: "Ada" }, "id"],
    ["a null email and no id", { email: null }, "id"],
    ["an id that is the email", { id: "Ada@Example.com", email: "ada@example.com " }, "id"],
    ["an id that is the phone", { id: "+442079460000", phone: "+44 20 7946 0000" }, "id"],
    ["a tilde in the id", { id: "a~2" }, "id"],
    ["an id that no URL can hold", { id: ".." }, "id"],
    ["a control character in the id", { id: "a\u0007" }, "id"],
    ["a space around the id", { id: " a" }, "id"],
    ["an empty id", { id: "" }, "id"],
    ["a long id", { id: "a".repeat(201) }, "id"],
    ["a number as id", { id: 7 }, "id"],
    ["NUL in a text", { id: "a", name: "a\0b" }, "name"],
    ["a lone surrogate", { id: "a", name: "a\ud800" }, "name"],
    ["no email address", { id: "a", email: "ada" }, "email"],
    ["two addresses in one", { id: "a", email: "a@b.c,d@e.f" }, "email"],
    ["a line break in the email", { id: "a", email: "a@b.c\r\nBcc: x@y.z" }, "email"],
    ["a control character in the email", { id: "a", email: "a\u0001@b.c" }, "email"],
    ["a wrong phone", { id: "a", phone: "call me" }, "phone"],
    ["an unknown zone", { id: "a", timeZone: "Mars/Olympus" }, "timeZone"],
    ["a fraction of a visit", { id: "a", visitCount: 1.5 }, "visitCount"],
    ["fewer than no visits", { id: "a", visitCount: -1 }, "visitCount"],
    ["no date", { id: "a", lastVisitAt: "yesterday" }, "lastVisitAt"],
    ["a typo", { id: "a", emial: "a@b.c" }, "emial"],
    ["totals", { id: "a", totalSpend: 5 }, "totalSpend"],
    ["an object as attribute", { id: "a", attributes: { plan: { $ne: null } } }, "attributes.plan"],
    ["NaN as attribute", { id: "a", attributes: { n: Number.NaN } }, "attributes.n"],
    ["an unknown channel", { id: "a", consent: { fax: { state: "withdrawn" } } }, "consent.fax"],
    ["an unknown state of consent", { id: "a", consent: { email: { state: "maybe" } } }, "consent.email.state"],
    ["an array", [], ""],
    ["null", null, ""],
  ])("is refused with %s", (_what, input, path) => {
    expect(issuesOf(input)).toEqual([path]);
  });

  it("can not reach a prototype, and says so", () => {
    const input: unknown = JSON.parse('{ "id": "a", "attributes": { "__proto__": "x", "constructor": "y" } }');
    expect(issuesOf(input)).toEqual(["attributes.__proto__"]);
    const stored = applyCustomerChange(undefined, { id: "a", stamp: 1, fields: { attributes: { constructor: "y" } } }, NOW);
    expect(Object.entries(stored.attributes)).toEqual([["constructor", "y"]]);
  });
});

describe("an upsert", () => {
  it("changes only what it carries, merges attributes and replaces tags", () => {
    const before = { name: "Ada", tags: ["a", "b"], attributes: { plan: "gold", seats: 2 }, visitCount: 4 };
    const stored = fold(
      { stamp: 1, fields: before },
      { stamp: 2, fields: { tags: ["c"], attributes: { seats: null, trial: true } } },
    );
    expect(stored).toMatchObject({ name: "Ada", tags: ["c"], attributes: { plan: "gold", trial: true }, visitCount: 4 });
    expect(Object.keys(stored.attributes).sort()).toEqual(["plan", "trial"]);
  });

  it("never touches the totals", () => {
    const stored = { ...fold({ stamp: 1, fields: {} }), orderCount: 3, totalSpend: 500, firstOrderAt: 1, lastOrderAt: 2 };
    expect(applyCustomerChange(stored, { id: "c", stamp: 9, fields: { name: "Ada" } }, NOW)).toMatchObject({
      orderCount: 3,
      totalSpend: 500,
      firstOrderAt: 1,
      lastOrderAt: 2,
    });
  });

  it("that is older only fills what is missing", () => {
    const stored = fold(
      { stamp: 5, fields: { name: "New", attributes: { plan: "gold" } } },
      { stamp: 3, fields: { name: "Old", phone: "123", attributes: { plan: "tin", seats: 1 } } },
    );
    expect(stored).toMatchObject({ name: "New", phone: "123", attributes: { plan: "gold", seats: 1 }, stamp: 5 });
  });

  it.each<[string, CustomerFields, CustomerFields]>([
    ["a name", { name: null }, { name: "Old" }],
    ["an attribute", { attributes: { plan: null } }, { attributes: { plan: "tin" } }],
    ["tags", { tags: [] }, { tags: ["old"] }],
    ["tags with null", { tags: null }, { tags: ["old"] }],
    ["visits", { visitCount: 0 }, { visitCount: 7 }],
  ])("that is older does not bring back %s that was cleared", (_what, clearing, older) => {
    const { name, tags, attributes, visitCount } = fold({ stamp: 5, fields: clearing }, { stamp: 3, fields: older });
    expect({ name, tags, attributes, visitCount }).toEqual({ name: undefined, tags: [], attributes: {}, visitCount: 0 });
  });

  it("that is newer fills again what was cleared", () => {
    expect(
      fold({ stamp: 5, fields: { name: null } }, { stamp: 6, fields: { name: "Ada" } }, { stamp: 4, fields: { name: "Old" } })
        .name,
    ).toBe("Ada");
  });

  it("fills in a customer that only an order had named", () => {
    const bare = { ...fold({ stamp: 0, fields: {} }), orderCount: 1 };
    expect(applyCustomerChange(bare, { id: "c", stamp: 7, fields: { name: "Ada" } }, NOW)).toMatchObject({
      name: "Ada",
      orderCount: 1,
      stamp: 7,
    });
  });

  const value = {
    name: fc.option(fc.string({ maxLength: 3 })),
    visitCount: fc.option(fc.nat({ max: 3 })),
    tags: fc.option(fc.array(fc.constantFrom("a", "b"), { maxLength: 2 })),
  };
  const state = fc.record({ state: fc.constantFrom("subscribed" as const, "withdrawn" as const) });
  const full = fc.record({
    ...value,
    consent: fc.record({ email: state }),
    attributes: fc.record({ plan: fc.option(fc.constantFrom("gold", "tin")) }),
  });
  const partial = fc.record(
    {
      ...value,
      consent: fc.record({ email: state }, { requiredKeys: [] }),
      attributes: fc.dictionary(fc.constantFrom("plan", "seats"), fc.option(fc.nat({ max: 3 }))),
    },
    { requiredKeys: [] },
  );

  it("converges in any order on the fields that all rows carry", () => {
    const shuffled = fc.array(full, { minLength: 1, maxLength: 5 }).chain((rows) => {
      const changes = rows.map((fields, index) => ({ stamp: index + 1, fields }));
      return fc.tuple(fc.constant(changes), fc.shuffledSubarray(changes, { minLength: changes.length }));
    });
    fc.assert(
      fc.property(shuffled, ([inOrder, outOfOrder]) => {
        const { firstStamp: _, changedStamp: __, ...converged } = fold(...outOfOrder);
        expect(fold(...inOrder)).toMatchObject(converged);
      }),
    );
  });

  it("changes nothing when any of the rows comes again, at any later time", () => {
    const history = fc.array(partial, { minLength: 1, maxLength: 5 }).chain((rows) => {
      const changes = rows.map((fields, index) => ({ id: "c", stamp: index + 1, fields: fields as CustomerFields }));
      return fc.tuple(fc.constant(changes), fc.constantFrom(...changes));
    });
    fc.assert(
      fc.property(history, ([changes, again]) => {
        const stored = fold(...changes);
        expect(applyCustomerChange(stored, again, NOW + 1)).toEqual(stored);
      }),
    );
  });
});

describe("consent", () => {
  const AT = Date.UTC(2026, 5, 1);
  const stamp = (at: number) => at * 1_000;
  const withdrawn = (stored: StoredCustomer, at: number, by: "complained" | "unsubscribed" = "unsubscribed"): StoredCustomer => ({
    ...stored,
    consent: { ...stored.consent, email: withdrawConsent(stored.consent.email, by, at) },
  });
  const subscribe = (stored: StoredCustomer | undefined, acceptedAt: number, at?: number): StoredCustomer =>
    applyCustomerChange(
      stored,
      {
        id: "c",
        stamp: stamp(acceptedAt),
        fields: { consent: { email: { state: "subscribed", ...(at === undefined ? {} : { at }) } } },
      },
      NOW,
    );
  const emailState = (stored: StoredCustomer) => stored.consent.email?.state;

  it("is there unless withdrawn, channel by channel", () => {
    const stored = fold({ stamp: stamp(AT), fields: { consent: { email: { state: "withdrawn" } } } });
    expect(stored.consent).toEqual({ email: { state: "withdrawn", at: AT, by: "record" } });
  });

  it("withdrawn by a record is undone by a newer record, and not by an older one", () => {
    const record = fold({ stamp: stamp(AT), fields: { consent: { email: { state: "withdrawn" } } } });
    expect(emailState(subscribe(record, AT + 1))).toBe("subscribed");
    expect(emailState(subscribe(record, AT - 1))).toBe("withdrawn");
    expect(
      emailState(
        fold(
          { stamp: 9, fields: { consent: { email: { state: "subscribed" } } } },
          { stamp: 8, fields: { consent: { email: { state: "withdrawn" } } } },
        ),
      ),
    ).toBe("subscribed");
  });

  it("withdrawn by the person is not undone by an upsert, however new, unless its `at` is later", () => {
    const stored = withdrawn(fold({ stamp: 1, fields: {} }), AT);
    expect(emailState(subscribe(stored, AT + 1_000))).toBe("withdrawn");
    expect(emailState(subscribe(stored, AT + 1_000, AT))).toBe("withdrawn");
    expect(emailState(subscribe(stored, AT + 1_000, AT - 1))).toBe("withdrawn");
    expect(subscribe(stored, AT + 1_000, AT + 1).consent.email).toEqual({ state: "subscribed", at: AT + 1, by: "record" });
  });

  it("withdrawn by a receipt that comes in late holds against a record that named no time", () => {
    const stored = subscribe(subscribe(undefined, AT - 5), AT + 1_000);
    expect(withdrawn(stored, AT).consent.email).toEqual({ state: "withdrawn", at: AT, by: "unsubscribed" });
  });

  it("given again at a known time holds against receipts of before, and not against later ones", () => {
    const again = subscribe(withdrawn(fold({ stamp: 1, fields: {} }), AT), AT + 1_000, AT + 10);
    expect(emailState(withdrawn(again, AT + 5))).toBe("subscribed");
    expect(emailState(withdrawn(again, AT + 10))).toBe("withdrawn");
    expect(emailState(withdrawn(subscribe(again, AT + 2_000), AT + 5))).toBe("subscribed");
  });

  it("ends the same in whatever order withdrawals and timed subscriptions come in", () => {
    const event = fc.record({
      at: fc.integer({ min: 1, max: 20 }),
      kind: fc.constantFrom("complained" as const, "unsubscribed" as const, "subscribed" as const),
    });
    const apply = (stored: StoredCustomer, { at, kind }: { at: number; kind: "complained" | "unsubscribed" | "subscribed" }) =>
      kind === "subscribed" ? subscribe(stored, 1_000, at) : withdrawn(stored, at, kind);
    const orders = fc
      .array(event, { maxLength: 6 })
      .chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })));
    fc.assert(
      fc.property(orders, ([events, shuffled]) => {
        const start = withdrawn(fold({ stamp: 1, fields: {} }), 0);
        const ends = [events, shuffled].map((list): Consent | undefined => list.reduce(apply, start).consent.email);
        const last = Math.max(0, ...events.map(({ at }) => at));
        const wanted =
          events.some(({ at, kind }) => at === last && kind !== "subscribed") || last === 0 ? "withdrawn" : "subscribed";
        expect(ends[1]).toEqual(ends[0]);
        expect(ends[0]?.state).toBe(wanted);
      }),
    );
  });
});

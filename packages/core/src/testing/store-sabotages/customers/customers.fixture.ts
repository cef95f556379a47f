import { bareCustomer } from "../../../model/customer.js";
import type { Store } from "../../../ports/index.js";
import { EVERYONE } from "../../store-contract/given.js";
import { losingRaces } from "../racing.fixture.js";
import { type StoreSabotage, stateful, stateless } from "../store-sabotage.fixture.js";

export const customerSabotages: readonly StoreSabotage[] = [
  stateless("a query is never called off", ["that is called off rejects"], ({ customers: { count, find, preview } }) => ({
    customers: {
      count: (condition) => count(condition),
      preview: (condition, examples, reach) => preview(condition, examples, reach),
      find: (condition, page) => find(condition, page),
    },
  })),
  stateless("a record may have any size", ["makes a record too large"], ({ customers: { apply } }) => ({
    customers: {
      apply: async (changes) => (await apply(changes)).map((outcome) => (outcome === "too_large" ? "changed" : outcome)),
    },
  })),
  stateless(
    "every row of a customer that is there changes it",
    ["a customer says what a row did"],
    ({ customers: { apply } }) => ({
      customers: {
        apply: async (changes) => (await apply(changes)).map((outcome) => (outcome === "unchanged" ? "changed" : outcome)),
      },
    }),
  ),
  stateless("an upsert sets every field", ["changes only the fields that it carries"], ({ customers: { apply } }) => {
    const empty = { email: null, phone: null, name: null, timeZone: null, tags: null, visitCount: null, lastVisitAt: null };
    return {
      customers: { apply: (changes) => apply(changes.map((change) => ({ ...change, fields: { ...empty, ...change.fields } }))) },
    };
  }),
  stateless("tags are added to", ["attributes merge key by key"], ({ customers: { apply, get } }) => ({
    customers: {
      apply: async (changes) => {
        for (const change of changes) {
          const { tags } = change.fields;
          const before = (await get(change.id))?.tags ?? [];
          await apply([tags ? { ...change, fields: { ...change.fields, tags: [...before, ...tags] } } : change]);
        }
        return changes.map(() => "changed");
      },
    },
  })),
  stateless("attributes are replaced whole", ["attributes merge key by key"], ({ customers: { apply, get } }) => ({
    customers: {
      apply: async (changes) => {
        for (const change of changes) {
          const before = Object.keys((await get(change.id))?.attributes ?? {}).map((name) => [name, null]);
          await apply([
            {
              ...change,
              fields: { ...change.fields, attributes: { ...Object.fromEntries(before), ...change.fields.attributes } },
            },
          ]);
        }
        return changes.map(() => "changed");
      },
    },
  })),
  stateful(
    "the stamp of an upsert is not looked at",
    ["an older upsert only fills", "an upsert delivered again"],
    () => ({ stamp: 1e15 }),
    ({ customers: { apply } }, state) => ({
      customers: { apply: (changes) => apply(changes.map((change) => ({ ...change, stamp: ++state.stamp }))) },
    }),
  ),
  stateless(
    "changes of one call are folded in any order",
    ["in one call are folded in their order"],
    ({ customers: { apply } }) => ({
      customers: { apply: (changes) => apply([...changes].reverse()) },
    }),
  ),
  stateful(
    "racing upserts overwrite each other",
    ["of racing upserts", "untouched by upserts"],
    () => ({ busy: false }),
    ({ customers: { apply } }, state) => ({
      customers: { apply: losingRaces(state, apply, (changes) => changes.map(() => "changed" as const)) },
    }),
  ),
  stateless("dots in attribute names are paths", ["attribute names with dots"], ({ customers: { apply } }) => ({
    customers: {
      apply: (changes) =>
        apply(
          changes.map((change) => {
            const attributes = Object.entries(change.fields.attributes ?? {}).map(([name, value]) => [
              name.replaceAll(".", "/"),
              value,
            ]);
            return { ...change, fields: { ...change.fields, attributes: Object.fromEntries(attributes) } };
          }),
        ),
    },
  })),
  stateless("text is normalized", ["text of any script"], ({ customers: { apply } }) => ({
    customers: { apply: (changes) => apply(changes.map((change) => JSON.parse(JSON.stringify(change).normalize("NFC")))) },
  })),
  stateless("numbers lose precision", ["keep their types and precision"], ({ customers: { apply } }) => ({
    customers: {
      apply: (changes) =>
        apply(
          changes.map((change) =>
            JSON.parse(JSON.stringify(change), (key, value) =>
              typeof value === "number" && key !== "stamp" ? Math.fround(value) : value,
            ),
          ),
        ),
    },
  })),
  stateful(
    "what is handed out is what is kept",
    ["what a caller holds is a copy"],
    () => ({ kept: new Map<string, Awaited<ReturnType<Store["customers"]["get"]>>>() }),
    ({ customers: { get } }, { kept }) => ({
      customers: {
        get: async (id) => {
          if (!kept.has(id)) kept.set(id, await get(id));
          return kept.get(id);
        },
      },
    }),
  ),
  stateless("an unknown customer is made up", ["an unknown id is not there"], ({ customers: { get } }) => ({
    customers: { get: async (id) => (await get(id)) ?? bareCustomer(id, 0) },
  })),
  stateless("owners are in any order", ["the owners of an email"], ({ customers: { findOwners } }) => ({
    customers: {
      findOwners: async (field, addresses) =>
        new Map([...(await findOwners(field, addresses))].map(([address, owners]) => [address, [...owners].reverse()])),
    },
  })),
  stateless("owners are looked for in every field", ["the owners of a phone number"], ({ customers: { findOwners } }) => ({
    customers: {
      findOwners: async (_, addresses) =>
        new Map([...(await findOwners("email", addresses)), ...(await findOwners("phone", addresses))]),
    },
  })),
  stateless("examples are of anybody", ["a preview counts alike"], ({ customers: { preview, find } }) => ({
    customers: {
      preview: async (condition, examples, reach, options) => ({
        ...(await preview(condition, examples, reach, options)),
        examples: (await find(EVERYONE, { limit: Math.max(1, examples) })).items,
      }),
    },
  })),
  stateless("a preview counts its examples", ["a preview counts alike"], ({ customers: { preview } }) => ({
    customers: {
      preview: async (condition, limit, reach, options) => {
        const { examples } = await preview(condition, limit, reach, options);
        return { count: examples.length, examples };
      },
    },
  })),
  stateless("nobody shares an address", ["of people who share an address"], ({ customers: { preview } }) => ({
    customers: {
      preview: async (condition, limit, reach, options) => {
        const found = await preview(condition, limit, reach, options);
        return found.reach ? { ...found, reach: { ...found.reach, sharedAddress: 0 } } : found;
      },
    },
  })),
  stateless("the last reason counts", ["each person by the first reason"], ({ customers: { preview } }) => ({
    customers: {
      preview: async (condition, limit, reach, options) => {
        const found = await preview(condition, limit, reach, options);
        const { noAddress = 0, unsubscribed = 0 } = found.reach ?? {};
        return found.reach
          ? { ...found, reach: { ...found.reach, noAddress: noAddress + 1, unsubscribed: unsubscribed - 1 } }
          : found;
      },
    },
  })),
  stateless(
    "all are reached, or not, whom a rule selects or not",
    ["orders and messages select too"],
    ({ customers: { preview } }) => ({
      customers: {
        preview: async (condition, limit, reach, options) => {
          const found = await preview(condition, limit, reach, options);
          const all = (await preview(EVERYONE, 0, reach, options)).reach;
          return all ? { ...found, reach: all } : found;
        },
      },
    }),
  ),
  stateless("who said nothing is always subscribed", ["what nobody said means"], ({ customers: { preview } }) => ({
    customers: {
      preview: (condition, limit, reach, options) =>
        preview(condition, limit, reach && { ...reach, defaultConsent: "subscribed" }, options),
    },
  })),
  stateless("customers are sorted as people would", ["in order of id, capitals"], ({ customers: { find } }) => ({
    customers: {
      find: async (condition, page) => {
        const { items, nextCursor } = await find(condition, page);
        return { items: [...items].sort((a, b) => a.id.localeCompare(b.id)), nextCursor };
      },
    },
  })),
  stateless(
    "ranges end one too late",
    ["a range ends with its last customer", "ranges share everyone out"],
    ({ customers: { idAfter } }) => ({
      customers: { idAfter: (after, size) => idAfter(after, size + 1) },
    }),
  ),
  stateless("any upsert undoes a withdrawal", ["withdrawn consent stands"], ({ customers: { apply } }) => ({
    customers: {
      apply: (changes) =>
        apply(
          changes.map((change) =>
            change.fields.consent?.email
              ? { ...change, fields: { consent: { email: { ...change.fields.consent.email, at: 1e13 } } } }
              : change,
          ),
        ),
    },
  })),
  stateless("an opt-in is as late as it says", ["a time that was in the future"], ({ customers: { apply } }) => ({
    customers: {
      apply: (changes) =>
        apply(
          changes.map((change) => ({
            ...change,
            stamp: Math.max(change.stamp, (change.fields.consent?.email?.at ?? 0) * 1_000),
          })),
        ),
    },
  })),
  stateful(
    "the first withdrawal stands",
    ["of several withdrawals"],
    () => ({ seen: new Set<string>() }),
    ({ customers: { withdrawConsent } }, { seen }) => ({
      customers: {
        withdrawConsent: (withdrawals) =>
          withdrawConsent(
            withdrawals.filter(
              ({ customerId, channel }) => !seen.has(`${customerId}/${channel}`) && seen.add(`${customerId}/${channel}`),
            ),
          ),
      },
    }),
  ),
];

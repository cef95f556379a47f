import { bareCustomer } from "../../../model/customer.js";
import { isEffect } from "../../../model/effect.js";
import type { Customers } from "../../../ports/customers.js";
import { type StoreSabotage, stateful, stateless } from "../store-sabotage.fixture.js";

/** Notes whom it is asked to erase. */
function noting(ids: Set<string>, erase: Customers["erase"]): Customers["erase"] {
  return (id, stamp) => {
    ids.add(id);
    return erase(id, stamp);
  };
}

export const eraseSabotages: readonly StoreSabotage[] = [
  stateless("an erasure leaves a bare customer", ["found by nobody", "whatever older change"], ({ customers }) => ({
    customers: {
      erase: async (id, stamp) => {
        const erased = await customers.erase(id, stamp);
        await customers.apply([{ id, stamp: 8e15, fields: {} }]);
        return erased;
      },
    },
  })),
  stateful(
    "a tombstone is counted",
    ["found by nobody", "no rule over orders or messages"],
    () => ({ tombstones: 0 }),
    ({ customers: { erase, count } }, state) => ({
      customers: {
        erase: async (id, stamp) => {
          state.tombstones += 1;
          return erase(id, stamp);
        },
        count: async (condition) => (await count(condition)) + state.tombstones,
      },
    }),
  ),
  stateful(
    "a tombstone is a customer to who asks by id",
    ["found by nobody", "of an unknown id"],
    () => ({ tombstones: new Set<string>() }),
    ({ customers: { erase, get } }, { tombstones }) => ({
      customers: {
        erase: noting(tombstones, erase),
        get: async (id) => (await get(id)) ?? (tombstones.has(id) ? bareCustomer(id, 0) : undefined),
      },
    }),
  ),
  stateless(
    "an erasure has no stamp",
    ["older changes are erased", "of an unknown id", "older ones that come late"],
    ({ customers: { erase } }) => ({ customers: { erase: (id) => erase(id, 0) } }),
  ),
  stateless("an erasure is for ever", ["a newer one makes a new", "whoever comes back"], ({ customers: { erase } }) => ({
    customers: { erase: (id) => erase(id, 8e15) },
  })),
  stateless("erasing always finds somebody", ["of an unknown id"], ({ customers: { erase } }) => ({
    customers: { erase: async (id, stamp) => (await erase(id, stamp)) ?? {} },
  })),
  stateless("an erasure erases whoever is there, however late it comes", ["it leaves whoever came back"], ({ customers }) => ({
    customers: {
      erase: async (id, stamp) => customers.erase(id, Math.max(stamp, 1 + ((await customers.get(id))?.stamp ?? 0))),
    },
  })),
  stateless("an erased change is said to be stored", ["older changes are erased"], ({ customers: { apply } }) => ({
    customers: { apply: async (changes) => (await apply(changes)).map(() => "changed") },
  })),
  stateful(
    "whoever comes back has the orders that stayed",
    ["whoever comes back"],
    () => ({ erased: new Set<string>() }),
    ({ customers: { erase, get } }, { erased }) => ({
      customers: {
        erase: noting(erased, erase),
        get: async (id) => {
          const customer = await get(id);
          return customer && erased.has(id) ? { ...customer, orderCount: customer.orderCount + 2 } : customer;
        },
      },
    }),
  ),
  stateless("orders that stayed are those of whoever comes back", ["whoever comes back"], ({ orders: { list } }) => ({
    orders: { list: ({ present: _, ...filter }, page) => list(filter, page) },
  })),
  stateless("an order that stayed makes its customer", ["an order that stayed changes"], ({ orders: { apply }, customers }) => ({
    orders: {
      apply: async (changes) => {
        const outcomes = await apply(changes);
        const stored = changes.filter((_, index) => isEffect(outcomes[index] ?? ""));
        await customers.apply(stored.map(({ customerId: id, stamp }) => ({ id, stamp, fields: {} })));
        return outcomes;
      },
    },
  })),
  stateful(
    "log rows keep a vendor's words",
    ["log rows lose a vendor's own words"],
    () => ({ reasons: new Map<string, string>() }),
    ({ communications: { record, get } }, { reasons }) => ({
      communications: {
        record: (facts) => {
          for (const { logId, reason } of facts) if (reason !== undefined) reasons.set(logId, reason);
          return record(facts);
        },
        get: async (id) => {
          const log = await get(id);
          const reason = reasons.get(id);
          return log && reason !== undefined ? { ...log, reason } : log;
        },
      },
    }),
  ),
  stateful(
    "log rows of whoever was erased once have no address",
    ["log rows of whoever came back"],
    () => ({ erased: new Set<string>() }),
    ({ customers: { erase }, communications: { get } }, { erased }) => ({
      customers: { erase: noting(erased, erase) },
      communications: {
        get: async (id) => {
          const log = await get(id);
          if (!log || !erased.has(log.customerId)) return log;
          const { to: _, ...rest } = log;
          return rest;
        },
      },
    }),
  ),
  stateless("a call begins to whoever is held, erased or not", ["no call begins"], ({ claims: { beginCalls, renew } }) => ({
    claims: {
      beginCalls: async (calls, timeoutMs) => {
        await beginCalls(calls, timeoutMs);
        return renew(calls, timeoutMs);
      },
    },
  })),
  stateful(
    "a call writes the address of whoever was erased",
    ["no call begins", "no address is left"],
    () => ({ addresses: new Map<string, string>() }),
    ({ claims: { beginCalls }, communications: { get } }, { addresses }) => ({
      claims: {
        beginCalls: (calls, timeoutMs) => {
          for (const { id, to } of calls) addresses.set(id, to);
          return beginCalls(calls, timeoutMs);
        },
      },
      communications: {
        get: async (id) => {
          const log = await get(id);
          const to = addresses.get(id);
          return log && to !== undefined ? { ...log, to } : log;
        },
      },
    }),
  ),
  stateful(
    "log rows keep the address",
    ["log rows keep all but the address"],
    () => ({ addresses: new Map<string, string>() }),
    ({ communications: { get } }, { addresses }) => ({
      communications: {
        get: async (id) => {
          const log = await get(id);
          if (log?.to !== undefined) addresses.set(id, log.to);
          const to = addresses.get(id);
          return log && to !== undefined ? { ...log, to } : log;
        },
      },
    }),
  ),
];

import { hasCode } from "../errors.js";
import type { DeliveryFact, DeliveryStatus } from "../model/communication-log.js";
import { bareCustomer } from "../model/customer.js";
import type { Campaign } from "../model/campaign.js";
import type { Order } from "../model/order.js";
import type { Segment } from "../model/segment.js";
import type { ClaimRef, Page, PageRequest, Store } from "../ports.js";
import type { Condition } from "../query/condition.js";
import { pause, readAll } from "./expect.js";

/** A store that breaks one guarantee, and the cases that must notice: each by a part of its name. */
export interface StoreSabotage {
  readonly breaks: string;
  readonly noticedBy: readonly string[];
  /** Called once for a case: what it makes wraps each handle, and shares its state among them. */
  readonly sabotage: () => (store: Store) => Store;
}

type Areas = { readonly [K in keyof Store]?: Partial<Store[K]> };

/** Replaces some members of some areas. */
function breaking(change: (store: Store) => Areas): (store: Store) => Store {
  return (store) => {
    const changed = change(store);
    const areas = Object.entries(changed).map(([name, members]) => [name, { ...store[name as keyof Store], ...members }]);
    return { ...store, ...Object.fromEntries(areas) };
  };
}

/** A sabotage without state. */
function stateless(breaks: string, noticedBy: readonly string[], change: (store: Store) => Areas): StoreSabotage {
  return { breaks, noticedBy, sabotage: () => breaking(change) };
}

/** A sabotage with state that all handles share. */
function stateful<S>(breaks: string, noticedBy: readonly string[], start: () => S, change: (store: Store, state: S) => Areas): StoreSabotage {
  return {
    breaks,
    noticedBy,
    sabotage: () => {
      const state = start();
      return breaking((store) => change(store, state));
    },
  };
}

/** Of calls at the same time only the first has an effect. */
function losingRaces<A extends readonly unknown[], R>(state: { busy: boolean }, call: (...args: A) => Promise<R>, lost: (...args: A) => R) {
  return async (...args: A): Promise<R> => {
    if (state.busy) return lost(...args);
    state.busy = true;
    try {
      await pause(1);
      return await call(...args);
    } finally {
      state.busy = false;
    }
  };
}

/** Calls at the same time get the same answer. */
function sharingAnswers<A extends readonly unknown[], R>(state: { answer?: Promise<R> | undefined }, call: (...args: A) => Promise<R>) {
  return (...args: A): Promise<R> => {
    state.answer ??= pause(1)
      .then(() => call(...args))
      .finally(() => {
        state.answer = undefined;
      });
    return state.answer;
  };
}

/** Pages by counting rows, which moves under the reader's feet. */
function byOffset<T>(list: (page: PageRequest) => Promise<Page<T>>): (page: PageRequest) => Promise<Page<T>> {
  return async ({ limit, cursor }) => {
    const all = await readAll(1_000, list);
    const from = Number(cursor ?? 0);
    return { items: all.slice(from, from + limit), nextCursor: from + limit < all.length ? `${from + limit}` : null };
  };
}

async function backwards<T>(page: Promise<Page<T>>): Promise<Page<T>> {
  const { items, nextCursor } = await page;
  return { items: [...items].reverse(), nextCursor };
}

/** A bad cursor starts from the beginning. */
function forgiving<T>(list: (page: PageRequest) => Promise<Page<T>>): (page: PageRequest) => Promise<Page<T>> {
  return async (page) => list(page).catch((error) => (hasCode(error, "invalid") ? list({ limit: page.limit }) : Promise.reject(error)));
}

const mangled = <T>(value: T): T => (value === undefined ? value : JSON.parse(JSON.stringify(value).replaceAll("$", "")));
const EVERYONE: Condition = { kind: "all", of: [] };
const FOREVER_MS = 1e9;

const customers: readonly StoreSabotage[] = [
  stateless("an upsert sets every field", ["changes only the fields that it carries"], ({ customers: { apply } }) => {
    const empty = { email: null, phone: null, name: null, timeZone: null, tags: null, visitCount: null, lastVisitAt: null };
    return { customers: { apply: (changes) => apply(changes.map((change) => ({ ...change, fields: { ...empty, ...change.fields } }))) } };
  }),
  stateless("tags are added to", ["attributes merge key by key"], ({ customers: { apply, get } }) => ({
    customers: {
      apply: async (changes) => {
        for (const change of changes) {
          const { tags } = change.fields;
          const before = (await get(change.id))?.tags ?? [];
          await apply([tags ? { ...change, fields: { ...change.fields, tags: [...before, ...tags] } } : change]);
        }
      },
    },
  })),
  stateless("attributes are replaced whole", ["attributes merge key by key"], ({ customers: { apply, get } }) => ({
    customers: {
      apply: async (changes) => {
        for (const change of changes) {
          const before = Object.keys((await get(change.id))?.attributes ?? {}).map((name) => [name, null]);
          await apply([{ ...change, fields: { ...change.fields, attributes: { ...Object.fromEntries(before), ...change.fields.attributes } } }]);
        }
      },
    },
  })),
  stateful("the stamp of an upsert is not looked at", ["an older upsert only fills", "an upsert delivered again"], () => ({ stamp: 1e15 }), ({ customers: { apply } }, state) => ({
    customers: { apply: (changes) => apply(changes.map((change) => ({ ...change, stamp: ++state.stamp }))) },
  })),
  stateless("changes of one call are folded in any order", ["in one call are folded in their order"], ({ customers: { apply } }) => ({
    customers: { apply: (changes) => apply([...changes].reverse()) },
  })),
  stateful("racing upserts overwrite each other", ["of racing upserts", "untouched by upserts"], () => ({ busy: false }), ({ customers: { apply } }, state) => ({
    customers: { apply: losingRaces(state, apply, () => undefined) },
  })),
  stateless("dots in attribute names are paths", ["attribute names with dots"], ({ customers: { apply } }) => ({
    customers: {
      apply: (changes) =>
        apply(
          changes.map((change) => {
            const attributes = Object.entries(change.fields.attributes ?? {}).map(([name, value]) => [name.replaceAll(".", "/"), value]);
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
      apply: (changes) => apply(changes.map((change) => JSON.parse(JSON.stringify(change), (key, value) => (typeof value === "number" && key !== "stamp" ? Math.fround(value) : value)))),
    },
  })),
  stateful("what is handed out is what is kept", ["what a caller holds is a copy"], () => ({ kept: new Map<string, Awaited<ReturnType<Store["customers"]["get"]>>>() }), ({ customers: { get } }, { kept }) => ({
    customers: {
      get: async (id) => {
        if (!kept.has(id)) kept.set(id, await get(id));
        return kept.get(id);
      },
    },
  })),
  stateless("an unknown customer is made up", ["an unknown id is not there"], ({ customers: { get } }) => ({
    customers: { get: async (id) => (await get(id)) ?? bareCustomer(id, 0) },
  })),
  stateless("owners are in any order", ["the owners of an email"], ({ customers: { findOwners } }) => ({
    customers: { findOwners: async (emails) => new Map([...(await findOwners(emails))].map(([email, owners]) => [email, [...owners].reverse()])) },
  })),
  stateless("the plan takes in everyone", ["count, find and plan select"], ({ communications: { plan } }) => ({
    communications: { plan: (range) => plan({ ...range, condition: EVERYONE }) },
  })),
  stateless("customers are sorted as people would", ["in order of id, capitals"], ({ customers: { find } }) => ({
    customers: {
      find: async (condition, page) => {
        const { items, nextCursor } = await find(condition, page);
        return { items: [...items].sort((a, b) => a.id.localeCompare(b.id)), nextCursor };
      },
    },
  })),
  stateless("pages count rows", ["covers everyone once", "covers every order once", "segments: lists are by id", "campaigns: lists are newest first"], (store) => ({
    customers: { find: (condition, page) => byOffset((inner) => store.customers.find(condition, inner))(page) },
    orders: { list: (filter, page) => byOffset((inner) => store.orders.list(filter, inner))(page) },
    segments: { list: byOffset(store.segments.list) },
    campaigns: { list: byOffset(store.campaigns.list) },
  })),
  stateless("ranges end one too late", ["a range ends with its last customer", "ranges share everyone out"], ({ customers: { rangeEnd } }) => ({
    customers: { rangeEnd: (after, size) => rangeEnd(after, size + 1) },
  })),
  stateless("any upsert undoes a withdrawal", ["withdrawn consent stands"], ({ customers: { apply } }) => ({
    customers: {
      apply: (changes) =>
        apply(changes.map((change) => (change.fields.consent?.email ? { ...change, fields: { consent: { email: { ...change.fields.consent.email, at: 1e13 } } } } : change))),
    },
  })),
  stateful("the first withdrawal stands", ["of several withdrawals"], () => ({ seen: new Set<string>() }), ({ customers: { withdrawConsent } }, { seen }) => ({
    customers: {
      withdrawConsent: (withdrawals) =>
        withdrawConsent(withdrawals.filter(({ customerId, channel }) => !seen.has(`${customerId}/${channel}`) && seen.add(`${customerId}/${channel}`))),
    },
  })),
];

const orders: readonly StoreSabotage[] = [
  stateful("totals are counted up", ["delivered twice counts once", "an order delivered by several", "totals follow"], () => ({ count: 0, spend: 0 }), (store, state) => ({
    orders: {
      apply: async (changes) => {
        const outcomes = await store.orders.apply(changes);
        for (const [index, change] of changes.entries()) {
          if (outcomes[index] !== "stored") continue;
          state.count += 1;
          state.spend += change.amount;
        }
        return outcomes;
      },
    },
    customers: {
      get: async (id) => {
        const customer = await store.customers.get(id);
        return customer && { ...customer, orderCount: state.count, totalSpend: state.spend };
      },
    },
  })),
  stateful("racing orders lose each other's totals", ["20 racing orders", "untouched by upserts"], () => ({ busy: false }), ({ orders: { apply } }, state) => ({
    orders: { apply: losingRaces(state, apply, (changes) => changes.map(() => "stored" as const)) },
  })),
  stateful("the last order to come wins", ["an older stamp loses", "twice in a call the newer stamp", "takes good orders with bad"], () => ({ stamp: 1e15 }), ({ orders: { apply } }, state) => ({
    orders: { apply: (changes) => apply(changes.map((change) => ({ ...change, stamp: ++state.stamp }))) },
  })),
  stateless("an order never changes", ["a newer stamp replaces the whole order"], ({ orders: { apply, get } }) => ({
    orders: {
      apply: async (changes) => {
        for (const change of changes) if (!(await get(change.id))) await apply([change]);
        return changes.map(() => "stored");
      },
    },
  })),
  stateless("another customer's order is taken in silence", ["an order keeps its customer", "takes good orders with bad"], ({ orders: { apply } }) => ({
    orders: { apply: async (changes) => (await apply(changes)).map((outcome) => (outcome === "other_customer" ? "stored" : outcome)) },
  })),
  stateless("a bad order stops those after it", ["takes good orders with bad"], ({ orders: { apply } }) => ({
    orders: {
      apply: async (changes) => {
        const outcomes = [];
        for (const change of changes) {
          const [outcome] = await apply([change]);
          if (outcome) outcomes.push(outcome);
          if (outcome !== "stored") break;
        }
        return outcomes;
      },
    },
  })),
  stateless("a refund is a purchase", ["a refund lowers the spend", "totals follow"], ({ orders: { apply } }) => ({
    orders: { apply: (changes) => apply(changes.map((change) => ({ ...change, type: "purchase" }))) },
  })),
  stateless("totals are short floats", ["exact for the largest"], ({ customers: { get } }) => ({
    customers: {
      get: async (id) => {
        const customer = await get(id);
        return customer && { ...customer, totalSpend: Math.fround(customer.totalSpend) };
      },
    },
  })),
  stateless("a call serves its first customer only", ["a call for many customers"], ({ orders: { apply } }) => ({
    orders: {
      apply: async (changes) => {
        await apply(changes.filter(({ customerId }) => customerId === changes[0]?.customerId));
        return changes.map(() => "stored");
      },
    },
  })),
  stateless("an order without a customer is dropped", ["an order makes a bare customer"], (store) => ({
    orders: { apply: async (changes) => ((await store.customers.get(changes[0]?.customerId ?? "")) ? store.orders.apply(changes) : changes.map(() => "stored")) },
  })),
  stateless("an order makes its customer anew", ["own fields are untouched by orders"], (store) => ({
    orders: {
      apply: async (changes) => {
        await store.customers.apply(changes.map(({ customerId }) => ({ id: customerId, stamp: 8e15, fields: { name: null } })));
        return store.orders.apply(changes);
      },
    },
  })),
  stateful("an upsert resets totals", ["untouched by upserts"], () => ({ upserted: false }), (store, state) => ({
    customers: {
      apply: async (changes) => {
        state.upserted = true;
        await store.customers.apply(changes);
      },
      get: async (id) => {
        const customer = await store.customers.get(id);
        return customer && state.upserted ? { ...customer, orderCount: 0, totalSpend: 0 } : customer;
      },
    },
  })),
  stateless("prices are rounded", ["an order comes back whole"], ({ orders: { get } }) => ({
    orders: { get: async (id) => rounded(await get(id)) },
  })),
  stateless("the newest is last", ["orders: lists are newest first", "batches: lists are newest first", "campaigns: lists are newest first", "segments: lists are by id"], (store) => ({
    orders: { list: (filter, page) => backwards(store.orders.list(filter, page)) },
    batches: { list: (filter, page) => backwards(store.batches.list(filter, page)) },
    campaigns: { list: (page) => backwards(store.campaigns.list(page)) },
    segments: { list: (page) => backwards(store.segments.list(page)) },
  })),
];

function rounded(order: Order | undefined): Order | undefined {
  return order && { ...order, items: order.items.map((item) => ({ ...item, price: Math.round(item.price * 100) / 100 })) };
}

/** Writes over whatever version is there. */
async function forcing<R extends Segment | Campaign>(
  rows: { get(id: string): Promise<R | undefined>; replace(row: R, expectedVersion: number): Promise<boolean> },
  row: R,
): Promise<boolean> {
  for (;;) {
    const stored = await rows.get(row.id);
    if (!stored || (await rows.replace(row, stored.version))) return stored !== undefined;
  }
}

const documents: readonly StoreSabotage[] = [
  stateless("text that looks like an operator is lost", ["a segment comes back", "a campaign comes back", "a rejection's text"], (store) => ({
    segments: { get: async (id) => mangled(await store.segments.get(id)) },
    campaigns: { get: async (id) => mangled(await store.campaigns.get(id)) },
    batches: { rejections: async (id, page) => mangled(await store.batches.rejections(id, page)) },
  })),
  stateless("an insert overwrites", ["segments: an insert never", "campaigns: an insert never"], ({ segments, campaigns }) => ({
    segments: {
      insert: async (row) => {
        if (!(await segments.replace(row, (await segments.get(row.id))?.version ?? 0))) await segments.insert(row);
      },
    },
    campaigns: {
      insert: async (row) => {
        if (!(await campaigns.replace(row, (await campaigns.get(row.id))?.version ?? 0))) await campaigns.insert(row);
      },
    },
  })),
  stateless(
    "versions are not looked at",
    ["segments: a write that expects", "campaigns: a write that expects", "segments: of 20 racing", "campaigns: of 20 racing", "deleting is compare-and-set"],
    ({ segments, campaigns }) => ({
      segments: { replace: (row) => forcing(segments, row) },
      campaigns: {
        replace: (row) => forcing(campaigns, row),
        delete: async (id, expected) => campaigns.delete(id, (await campaigns.get(id))?.version ?? expected),
      },
    }),
  ),
  stateless("deleting always tells of success", ["deleting tells whether", "deleting is compare-and-set"], ({ segments, campaigns }) => ({
    segments: { delete: async (id) => (await segments.delete(id)) || true },
    campaigns: { delete: async (id, expected) => (await campaigns.delete(id, expected)) || true },
  })),
  stateless("the newest campaign is found first", ["ids are found by state", "the unsettled are found"], ({ campaigns: { findIds, findUnsettled } }) => ({
    campaigns: { findIds: async (statuses) => [...(await findIds(statuses))].reverse(), findUnsettled: async () => [...(await findUnsettled())].reverse() },
  })),
];

const ledger: readonly StoreSabotage[] = [
  stateless("a row forgets its channel", ["the plan writes a pending row"], ({ communications: { plan } }) => ({ communications: { plan: (range) => plan({ ...range, channel: "email" }) } })),
  stateless("the plan tells how many it selected", ["a plan run again"], (store) => ({
    communications: { plan: async (range) => (await store.communications.plan(range)) * 0 + (await store.customers.count(range.condition)) },
  })),
  stateless("a range has no end", ["ranges share everyone out", "a range leaves out its beginning"], ({ communications: { plan } }) => ({
    communications: { plan: ({ upTo: _, ...range }) => plan(range) },
  })),
  stateless("a range has no beginning", ["a range leaves out its beginning"], ({ communications: { plan } }) => ({
    communications: { plan: ({ after: _, ...range }) => plan(range) },
  })),
  stateful("racing planners write rows twice", ["two planners at once"], () => ({ plans: 0 }), ({ communications: { plan, list } }, state) => ({
    communications: {
      plan: (range) => {
        state.plans += 1;
        return plan(range);
      },
      list: async (filter, page) => {
        const { items, nextCursor } = await list(filter, page);
        return { items: state.plans > 1 ? items.flatMap((row) => [row, row]) : items, nextCursor };
      },
    },
  })),
  stateless("campaigns are told apart by the beginnings of their ids", ["campaigns to the same people"], ({ communications: { claim } }) => ({
    communications: { claim: async (request) => [...(await claim(request)), ...(await claim({ ...request, campaignId: `${request.campaignId}0` }))] },
  })),
  stateless("the log is not filtered by status", ["the log lists by campaign"], ({ communications: { list } }) => ({
    communications: { list: ({ status: _, ...filter }, page) => list(filter, page) },
  })),
  stateless("an opened message is delivered twice", ["stats add up"], ({ communications: { stats } }) => ({
    communications: {
      stats: async (id) => {
        const known = await stats(id);
        return { ...known, delivered: known.delivered + known.opened };
      },
    },
  })),
  stateless("something is always due", ["a campaign with no rows", "what is open tells"], ({ communications: { open } }) => ({
    communications: { open: async (id) => ({ ...(await open(id)), nextDueAt: 0 }) },
  })),
];

const claims: readonly StoreSabotage[] = [
  stateful("racing claims share their rows", ["two handles racing never hold"], () => ({}), ({ communications: { claim } }, state) => ({ communications: { claim: sharingAnswers(state, claim) } })),
  stateless("a claim has no limit", ["a claim takes at most its limit"], ({ communications: { claim } }) => ({ communications: { claim: (request) => claim({ ...request, limit: 1_000 }) } })),
  stateless("a released row is due at once", ["only due rows are claimed", "a released row is due after"], ({ communications: { release } }) => ({
    communications: { release: (released) => release(released.map((row) => ({ ...row, delayMs: 0 }))) },
  })),
  stateless("every claim has the same epoch", ["each claim of a row has a higher epoch"], ({ communications: { claim, release } }) => ({
    communications: {
      claim: async (request) => (await claim(request)).map((row) => ({ ...row, epoch: 1 })),
      release: async (released) => {
        for (const row of released) for (let epoch = 1; epoch < 5; epoch++) await release([{ ...row, epoch }]);
      },
    },
  })),
  stateless("nothing is taken back", ["a lease that ends without a call", "takes rows of any campaign", "a stale holder's writes", "whose row was swept"], () => ({
    communications: { sweep: async () => 0 },
  })),
  stateless("no vendor is taken to honour keys", ["gives the row back where the vendor honours keys"], ({ communications: { sweep } }) => ({
    communications: { sweep: (options) => sweep({ ...options, vendorHonoursKeys: false }) },
  })),
  stateless("every vendor is taken to honour keys", ["leaves the row unknown"], ({ communications: { sweep } }) => ({
    communications: { sweep: (options) => sweep({ ...options, vendorHonoursKeys: true }) },
  })),
  stateful("a call once begun is never over", ["remembers a call only for the claim"], () => ({ begun: false }), ({ communications: { sweep, beginCalls, claim, leaveUnknown } }, state) => ({
    communications: {
      beginCalls: (calls, timeoutMs) => {
        state.begun = true;
        return beginCalls(calls, timeoutMs);
      },
      sweep: async (options) => {
        const swept = await sweep(options);
        if (swept > 0 && state.begun) await leaveUnknown((await claim({ campaignId: "k1", limit: 9, leaseMs: FOREVER_MS })).map((row) => ({ ...row, reason: "begun" })));
        return swept;
      },
    },
  })),
  stateless("a sweep has no limit", ["takes rows of any campaign, up to its limit"], ({ communications: { sweep } }) => ({
    communications: { sweep: (options) => sweep({ ...options, limit: 1_000 }) },
  })),
  stateless("a lease is never renewed", ["claims: a renewed lease outlives", "leases: a renewed lease outlives", "a lease that has ended is not renewed"], () => ({
    communications: { renew: async (rows) => new Set(rows.map(({ id }) => id)) },
    leases: { renew: async () => true },
  })),
  stateful("epochs are not looked at", ["a stale holder's writes change nothing"], () => ({ epochs: new Map<string, number>() }), ({ communications }, { epochs }) => {
    const current = <C extends ClaimRef>(rows: readonly C[]): readonly C[] => rows.map((row) => ({ ...row, epoch: epochs.get(row.id) ?? row.epoch }));
    return {
      communications: {
        claim: async (request) => {
          const claimed = await communications.claim(request);
          for (const { id, epoch } of claimed) epochs.set(id, epoch);
          return claimed;
        },
        renew: (rows, leaseMs) => communications.renew(current(rows), leaseMs),
        beginCalls: (rows, timeoutMs) => communications.beginCalls(current(rows), timeoutMs),
        release: (rows) => communications.release(current(rows)),
        skip: (rows) => communications.skip(current(rows)),
        leaveUnknown: (rows) => communications.leaveUnknown(current(rows)),
      },
    };
  }),
  stateless("a row need not be held to be skipped", ["whose row was swept"], ({ communications: { skip, claim } }) => ({
    communications: {
      skip: async (rows) => {
        await skip(rows);
        const [first] = rows;
        if (first) await skip((await claim({ campaignId: "k1", limit: 9, leaseMs: FOREVER_MS })).map((row) => ({ ...row, reason: first.reason })));
      },
    },
  })),
  stateful("skipping one skips all", ["a write for one row leaves the others"], () => ({ held: [] as readonly ClaimRef[] }), ({ communications: { claim, skip } }, state) => ({
    communications: {
      claim: async (request) => {
        state.held = await claim(request);
        return state.held as Awaited<ReturnType<typeof claim>>;
      },
      skip: (rows) => skip(state.held.map((row) => ({ ...row, reason: rows[0]?.reason ?? "erased" }))),
    },
  })),
  stateless("a call begins on any lease", ["a call is marked with its address"], ({ communications: { beginCalls } }) => ({ communications: { beginCalls: (calls) => beginCalls(calls, 0) } })),
  stateless("attempts are never taken back", ["a released row is due after its delay"], ({ communications: { release } }) => ({
    communications: { release: (rows) => release(rows.map((row) => ({ ...row, refund: false }))) },
  })),
  stateless("cancelling has no limit", ["cancelling skips pending rows"], ({ communications: { skipPending } }) => ({
    communications: { skipPending: (id, reason) => skipPending(id, reason, 1_000) },
  })),
];

/** Forgets facts about rows in these states. */
function forgettingFactsOf(...statuses: readonly DeliveryStatus[]): (store: Store) => Areas {
  return ({ communications: { record, get } }) => ({
    communications: {
      record: async (facts) => {
        const kept: DeliveryFact[] = [];
        for (const fact of facts) {
          const status = (await get(fact.logId))?.status;
          if (status && !statuses.includes(status)) kept.push(fact);
        }
        return record(kept);
      },
    },
  });
}

const facts: readonly StoreSabotage[] = [
  stateful("the last fact to come decides", ["any order, any split"], () => ({ last: new Map<string, DeliveryFact["status"]>() }), ({ communications: { record, get } }, { last }) => ({
    communications: {
      record: (recorded) => {
        for (const { logId, status } of recorded) last.set(logId, status);
        return record(recorded);
      },
      get: async (id) => {
        const log = await get(id);
        const status = last.get(id);
        return log && (status === "sent" || status === "delivered" || status === "failed" || status === "bounced") ? { ...log, status } : log;
      },
    },
  })),
  stateful("racing facts overwrite each other", ["of facts recorded by several callers"], () => ({ busy: false }), ({ communications: { record } }, state) => ({
    communications: { record: losingRaces(state, record, () => new Map()) },
  })),
  stateless("facts come too early for a pending row", ["settles a pending row"], forgettingFactsOf("pending")),
  stateless("facts wait for the end of a claim", ["settles a claimed row", "settled while it was held"], forgettingFactsOf("claimed")),
  stateless("unknown and skipped rows stay so", ["settles an unknown row"], forgettingFactsOf("unknown", "skipped")),
  stateless("an unsubscription settles a row", ["an unsubscription is kept"], ({ communications: { record } }) => ({
    communications: { record: (recorded) => record(recorded.flatMap((fact) => (fact.status === "unsubscribed" ? [fact, { ...fact, status: "sent" as const }] : [fact]))) },
  })),
  stateless("generations are one", ["a fact of another generation"], ({ communications: { record } }) => ({
    communications: { record: (recorded) => record(recorded.map((fact) => ({ ...fact, generation: 1 }))) },
  })),
  stateless("every row is known", ["names the channel of each known row"], ({ communications: { record } }) => ({
    communications: { record: async (recorded) => new Map([...recorded.map(({ logId }) => [logId, "email"] as const), ...(await record(recorded))]) },
  })),
  stateless("addresses are never refused", ["the first row to ask has the address", "of racing rows one has", "each campaign reserves"], () => ({
    communications: { reserveAddresses: async () => new Set<string>() },
  })),
  stateless("an address is reserved in every campaign", ["each campaign reserves its own"], ({ communications: { reserveAddresses } }) => ({
    communications: { reserveAddresses: (_, reservations) => reserveAddresses("any", reservations) },
  })),
];

const batches: readonly StoreSabotage[] = [
  stateless("every batch is completed", ["an upload that runs is processing", "a batch is completed when"], ({ batches: { get } }) => ({
    batches: {
      get: async (id) => {
        const status = await get(id);
        return status && { ...status, status: "completed" };
      },
    },
  })),
  stateful("fates are counted up", ["fates recorded again", "fates recorded by several", "a single object's batch"], () => ({ accepted: 0 }), ({ batches: { record, get } }, state) => ({
    batches: {
      record: async (recorded) => {
        await record(recorded);
        for (const { accepted } of recorded) state.accepted += accepted;
      },
      get: async (id) => {
        const status = await get(id);
        return status && { ...status, accepted: state.accepted };
      },
    },
  })),
  stateful("an insert starts over", ["an insert leaves a batch"], () => ({ last: new Map<string, object>() }), ({ batches: { insert, get } }, { last }) => ({
    batches: {
      insert: (batch) => {
        last.set(batch.id, batch);
        return insert(batch);
      },
      get: async (id) => {
        const status = await get(id);
        return status && { ...status, ...last.get(id) };
      },
    },
  })),
  stateful("the first seal stands", ["of two seals the later"], () => ({ sealed: false }), ({ batches: { seal } }, state) => ({
    batches: {
      seal: async (id, sealed) => {
        if (!state.sealed) await seal(id, sealed);
        state.sealed = true;
      },
    },
  })),
  stateless("a single object has no batch", ["a single object's batch"], ({ batches: { record } }) => ({
    batches: { record: (recorded) => record(recorded.map((fates) => ({ ...fates, single: false }))) },
  })),
  stateless("rejections are in any order", ["rejections are paged by row"], ({ batches: { rejections } }) => ({ batches: { rejections: (id, page) => backwards(rejections(id, page)) } })),
  stateless("uploads are never given up", ["that nobody touches is sealed"], () => ({ batches: { sealAbandoned: async () => 0 } })),
  stateless("touching an upload does nothing", ["an upload that is touched", "that nobody touches is sealed"], () => ({ batches: { touch: async () => undefined } })),
];

const coordination: readonly StoreSabotage[] = [
  stateful("racing callers share a lease", ["of 20 callers one has the lease"], () => ({}), ({ leases: { acquire } }, state) => ({ leases: { acquire: sharingAnswers(state, acquire) } })),
  stateless("every holder has the same epoch", ["each holder has a higher epoch"], ({ leases: { acquire } }) => ({
    leases: { acquire: async (name, ttlMs) => ((await acquire(name, ttlMs)) === undefined ? undefined : 1) },
  })),
  stateful("a lease is anybody's", ["a stale holder neither renews nor releases"], () => ({ epoch: 0 }), ({ leases: { acquire, renew, release } }, state) => ({
    leases: {
      acquire: async (name, ttlMs) => {
        const epoch = await acquire(name, ttlMs);
        state.epoch = epoch ?? state.epoch;
        return epoch;
      },
      renew: (name, _, ttlMs) => renew(name, state.epoch, ttlMs),
      release: (name) => release(name, state.epoch),
    },
  })),
  {
    breaks: "each handle has a bucket of its own",
    noticedBy: ["two handles together never take more"],
    sabotage: () => {
      let handles = 0;
      return (store) => {
        const handle = ++handles;
        return { ...store, rates: { take: (name, perSecond, wanted) => store.rates.take(`${name}/${handle}`, perSecond, wanted) } };
      };
    },
  },
  stateless("there is no rate", ["two handles together never take more", "a second's worth at most", "a slow rate gives one"], () => ({ rates: { take: async (_name, _perSecond, wanted) => wanted } })),
  stateless("a bucket is never filled again", ["two handles together", "a second's worth"], ({ rates: { take } }) => ({ rates: { take: (name, perSecond, wanted) => take(name, perSecond / 1e6, wanted) } })),
  stateless("whoever asks gets all there is", ["nobody gets more than was wanted"], ({ rates: { take } }) => ({ rates: { take: (name, perSecond) => take(name, perSecond, 1e6) } })),
  stateless("every caller begins", ["of 20 callers one begins", "a finished key answers"], () => ({ idempotency: { begin: async () => ({ state: "begun" as const, startedAt: 0 }) } })),
  stateless("a key that runs is never free", ["a caller takes over"], ({ idempotency: { begin } }) => ({ idempotency: { begin: (key) => begin(key, { leaseMs: FOREVER_MS, ttlMs: FOREVER_MS }) } })),
  stateless("a take-over starts anew", ["a caller takes over"], ({ idempotency: { begin } }) => ({
    idempotency: {
      begin: async (key, options) => {
        const begun = await begin(key, options);
        return begun.state === "begun" ? { ...begun, startedAt: Date.now() } : begun;
      },
    },
  })),
  stateless("work is never renewed", ["work that renews is not taken over"], () => ({ idempotency: { renew: async () => undefined } })),
  stateless("a key is never abandoned", ["an abandoned key begins again"], () => ({ idempotency: { abandon: async () => undefined } })),
  stateless("answers are kept for ever", ["an answer is kept for its time"], ({ idempotency: { finish } }) => ({ idempotency: { finish: (key, result) => finish(key, result, FOREVER_MS) } })),
];

const lifecycle: readonly StoreSabotage[] = [
  { breaks: "it keeps quiet about what it is", noticedBy: ["store: it says what it is"], sabotage: () => (store) => ({ ...store, info: async () => ({ ...(await store.info()), warnings: [] }) }) },
  stateless("a write settles before it is done", ["another reads at once"], ({ customers: { apply } }) => ({
    customers: { apply: async (changes) => void setTimeout(() => void apply(changes).catch(() => undefined), 20) },
  })),
  stateless("a bad cursor starts from the beginning", ["store: a cursor that no page gave"], (store) => ({
    customers: { find: (condition, page) => forgiving((inner) => store.customers.find(condition, inner))(page) },
    orders: { list: (filter, page) => forgiving((inner) => store.orders.list(filter, inner))(page) },
  })),
  stateless("closing does not wait", ["closing waits for calls in flight"], ({ orders: { apply } }) => ({ orders: { apply: (changes) => pause(5).then(() => apply(changes)) } })),
  {
    breaks: "closing one handle closes all",
    noticedBy: ["closing twice is harmless"],
    sabotage: () => {
      const stores: Store[] = [];
      return (store) => {
        stores.push(store);
        return { ...store, close: async () => void (await Promise.all(stores.map((other) => other.close()))) };
      };
    },
  },
  { breaks: "a closed handle goes on", noticedBy: ["after closing every call rejects"], sabotage: () => (store) => ({ ...store, close: async () => undefined }) },
];

export const STORE_SABOTAGES: readonly StoreSabotage[] = [
  ...customers, ...orders, ...documents, ...ledger, ...claims, ...facts, ...batches, ...coordination, ...lifecycle,
];

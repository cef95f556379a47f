import type { ClaimRef } from "../../ports/claims.js";
import { sharingAnswers } from "./racing.fixture.js";
import { type StoreSabotage, stateful, stateless } from "./store-sabotage.fixture.js";

const FOREVER_MS = 1e9;

export const claimSabotages: readonly StoreSabotage[] = [
  stateful(
    "racing claims share their rows",
    ["two handles racing never hold"],
    () => ({}),
    ({ claims: { claim } }, state) => ({ claims: { claim: sharingAnswers(state, claim) } }),
  ),
  stateless("a claim has no limit", ["a claim takes at most its limit"], ({ claims: { claim } }) => ({
    claims: { claim: (request) => claim({ ...request, limit: 1_000 }) },
  })),
  stateless(
    "a released row is due at once",
    ["only due rows are claimed", "a released row is due after"],
    ({ claims: { release } }) => ({
      claims: { release: (released) => release(released.map((row) => ({ ...row, delayMs: 0 }))) },
    }),
  ),
  stateless("every claim has the same epoch", ["each claim of a row has a higher epoch"], ({ claims: { claim, release } }) => ({
    claims: {
      claim: async (request) => (await claim(request)).map((row) => ({ ...row, epoch: 1 })),
      release: async (released) => {
        for (const row of released) for (let epoch = 1; epoch < 5; epoch++) await release([{ ...row, epoch }]);
      },
    },
  })),
  stateless(
    "nothing is taken back",
    ["a lease that ends without a call", "takes rows of any campaign", "a stale holder's writes", "whose row was swept"],
    () => ({
      claims: { sweep: async () => 0 },
    }),
  ),
  stateless(
    "no vendor is taken to honour keys",
    ["gives the row back where the vendor honours keys"],
    ({ claims: { sweep } }) => ({
      claims: { sweep: (options) => sweep({ ...options, vendorHonoursKeys: false }) },
    }),
  ),
  stateless("every vendor is taken to honour keys", ["leaves the row unknown"], ({ claims: { sweep } }) => ({
    claims: { sweep: (options) => sweep({ ...options, vendorHonoursKeys: true }) },
  })),
  stateful(
    "a call once begun is never over",
    ["remembers a call only for the claim"],
    () => ({ begun: false }),
    ({ claims: { sweep, beginCalls, claim, leaveUnknown } }, state) => ({
      claims: {
        beginCalls: (calls, timeoutMs) => {
          state.begun = true;
          return beginCalls(calls, timeoutMs);
        },
        sweep: async (options) => {
          const swept = await sweep(options);
          if (swept > 0 && state.begun)
            await leaveUnknown(
              (await claim({ campaignId: "k1", limit: 9, leaseMs: FOREVER_MS })).map((row) => ({ ...row, reason: "begun" })),
            );
          return swept;
        },
      },
    }),
  ),
  stateless("a sweep has no limit", ["takes rows of any campaign, up to its limit"], ({ claims: { sweep } }) => ({
    claims: { sweep: (options) => sweep({ ...options, limit: 1_000 }) },
  })),
  stateless("a lease is never renewed", ["claims.renew: a renewed lease outlives"], () => ({
    claims: { renew: async (rows) => new Set(rows.map(({ id }) => id)) },
  })),
  stateful(
    "epochs are not looked at",
    ["a stale holder's writes change nothing"],
    () => ({ epochs: new Map<string, number>() }),
    ({ claims }, { epochs }) => {
      const current = <C extends ClaimRef>(rows: readonly C[]): readonly C[] =>
        rows.map((row) => ({ ...row, epoch: epochs.get(row.id) ?? row.epoch }));
      return {
        claims: {
          claim: async (request) => {
            const claimed = await claims.claim(request);
            for (const { id, epoch } of claimed) epochs.set(id, epoch);
            return claimed;
          },
          renew: (rows, leaseMs) => claims.renew(current(rows), leaseMs),
          beginCalls: (rows, timeoutMs) => claims.beginCalls(current(rows), timeoutMs),
          release: (rows) => claims.release(current(rows)),
          skip: (rows) => claims.skip(current(rows)),
          leaveUnknown: (rows) => claims.leaveUnknown(current(rows)),
        },
      };
    },
  ),
  stateless("a row need not be held to be skipped", ["whose row was swept"], ({ claims: { skip, claim } }) => ({
    claims: {
      skip: async (rows) => {
        await skip(rows);
        const [first] = rows;
        if (first)
          await skip(
            (await claim({ campaignId: "k1", limit: 9, leaseMs: FOREVER_MS })).map((row) => ({ ...row, reason: first.reason })),
          );
      },
    },
  })),
  stateful(
    "skipping one skips all",
    ["a write for one row leaves the others"],
    () => ({ held: [] as readonly ClaimRef[] }),
    ({ claims: { claim, skip } }, state) => ({
      claims: {
        claim: async (request) => {
          state.held = await claim(request);
          return state.held as Awaited<ReturnType<typeof claim>>;
        },
        skip: (rows) => skip(state.held.map((row) => ({ ...row, reason: rows[0]?.reason ?? "erased" }))),
      },
    }),
  ),
  stateless("a call begins on any lease", ["a call is marked with its address"], ({ claims: { beginCalls } }) => ({
    claims: { beginCalls: (calls) => beginCalls(calls, 0) },
  })),
  stateful(
    "a row's first call is its latest",
    ["the time of a row's first call stays"],
    () => ({ at: new Map<string, number>() }),
    ({ claims: { beginCalls }, communications: { get } }, { at }) => ({
      claims: {
        beginCalls: (calls, timeoutMs) => {
          for (const { id } of calls) at.set(id, Date.now());
          return beginCalls(calls, timeoutMs);
        },
      },
      communications: {
        get: async (id) => {
          const log = await get(id);
          const firstCallAt = at.get(id);
          return log && { ...log, ...(firstCallAt === undefined ? {} : { firstCallAt }) };
        },
      },
    }),
  ),
  stateful(
    "a call hands its message over whether it begins or not",
    ["a call that did not begin"],
    () => ({ asked: new Set<string>() }),
    ({ claims: { beginCalls }, communications: { get } }, { asked }) => ({
      claims: {
        beginCalls: (calls, timeoutMs) => {
          for (const { id } of calls) asked.add(id);
          return beginCalls(calls, timeoutMs);
        },
      },
      communications: {
        get: async (id) => {
          const log = await get(id);
          return log && asked.has(id) ? { ...log, handedOverAt: log.handedOverAt ?? 1 } : log;
        },
      },
    }),
  ),
  stateless("attempts are never taken back", ["a released row is due after its delay"], ({ claims: { release } }) => ({
    claims: { release: (rows) => release(rows.map((row) => ({ ...row, refund: false }))) },
  })),
  stateful(
    "a refund takes back an attempt that no call began",
    ["a refund takes back nothing"],
    () => ({ begun: new Set<string>(), refunds: 0 }),
    ({ claims: { beginCalls, release }, communications: { get } }, state) => ({
      claims: {
        beginCalls: (calls, timeoutMs) => {
          for (const { id, epoch } of calls) state.begun.add(`${id} ${epoch}`);
          return beginCalls(calls, timeoutMs);
        },
        release: (rows) => {
          state.refunds += rows.filter(({ id, epoch, refund }) => refund && !state.begun.has(`${id} ${epoch}`)).length;
          return release(rows);
        },
      },
      communications: {
        get: async (id) => {
          const log = await get(id);
          return log && { ...log, attempts: log.attempts - state.refunds };
        },
      },
    }),
  ),
  stateless("a row left unknown is given back", ["a row that is left unknown"], ({ claims: { release } }) => ({
    claims: { leaveUnknown: (rows) => release(rows.map((row) => ({ ...row, delayMs: 0 }))) },
  })),
  stateless("nothing is refunded", ["the last attempt of a row"], () => ({ claims: { refund: async () => undefined } })),
  stateful(
    "a refund is repeated",
    ["the last attempt of a row", "what was refunded with its release"],
    () => ({ refunds: new Map<string, number>() }),
    ({ claims: { refund }, communications: { get } }, { refunds }) => ({
      claims: {
        refund: (rows) => {
          for (const { id } of rows) refunds.set(id, (refunds.get(id) ?? 0) + 1);
          return refund([]);
        },
      },
      communications: {
        get: async (id) => {
          const log = await get(id);
          return log && { ...log, attempts: log.attempts - (refunds.get(id) ?? 0) };
        },
      },
    }),
  ),
  stateful(
    "a refund looks at no epoch",
    ["the last attempt of a row"],
    () => ({ held: [] as readonly ClaimRef[] }),
    ({ claims: { refund, claim } }, state) => ({
      claims: {
        claim: async (request) => {
          const claimed = await claim(request);
          state.held = claimed;
          return claimed;
        },
        refund: () => refund(state.held),
      },
    }),
  ),
];

import { EVERYONE } from "../../store-contract/given.js";
import { type StoreSabotage, stateful, stateless } from "../store-sabotage.fixture.js";

export const planSabotages: readonly StoreSabotage[] = [
  stateless("a row forgets its channel", ["the plan writes a pending row"], ({ communications: { plan } }) => ({
    communications: { plan: (range) => plan({ ...range, channel: "email" }) },
  })),
  stateless("the plan tells how many it selected", ["a plan run again"], (store) => ({
    communications: {
      plan: async (range) => (await store.communications.plan(range)) * 0 + (await store.customers.count(range.condition)),
    },
  })),
  stateless(
    "a range has no end",
    ["ranges share everyone out", "a range leaves out its beginning"],
    ({ communications: { plan } }) => ({
      communications: { plan: ({ upTo: _, ...range }) => plan(range) },
    }),
  ),
  stateless("a range has no beginning", ["a range leaves out its beginning"], ({ communications: { plan } }) => ({
    communications: { plan: ({ after: _, ...range }) => plan(range) },
  })),
  stateless("rows are due when the planner's clock says", ["rows are due at once"], ({ claims: { claim } }) => ({
    claims: { claim: async (request) => (await claim(request)).filter(({ plannedAt }) => plannedAt <= Date.now()) },
  })),
  stateless("every planner is let in", ["a planner whose lease has passed on"], ({ communications: { plan } }) => ({
    communications: { plan: ({ epoch: _, ...range }) => plan(range) },
  })),
  stateful(
    "racing planners write rows twice",
    ["two planners at once"],
    () => ({ plans: 0 }),
    ({ communications: { plan, list } }, state) => ({
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
    }),
  ),
  stateless(
    "campaigns are told apart by the beginnings of their ids",
    ["campaigns to the same people"],
    ({ claims: { claim } }) => ({
      claims: {
        claim: async (request) => [
          ...(await claim(request)),
          ...(await claim({ ...request, campaignId: `${request.campaignId}0` })),
        ],
      },
    }),
  ),
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
  stateless("nothing ever waits", ["what waits is counted by reason"], ({ communications: { stats } }) => ({
    communications: { stats: async (id) => ({ ...(await stats(id)), waiting: { count: 0, reasons: {} } }) },
  })),
  stateless("a row in hand is not open", ["what remains tells", "is open all the time"], ({ communications: { remaining } }) => ({
    communications: { remaining: async (id) => ({ ...(await remaining(id)), claimed: false }) },
  })),
  stateless(
    "something is always due",
    ["a campaign with no rows", "what remains tells"],
    ({ communications: { remaining } }) => ({
      communications: { remaining: async (id) => ({ ...(await remaining(id)), nextDueAt: 0 }) },
    }),
  ),
  stateless("the plan takes in everyone", ["count, find and plan select"], ({ communications: { plan } }) => ({
    communications: { plan: (range) => plan({ ...range, condition: EVERYONE }) },
  })),
  stateless("a customer's id ends at its first colon", ["a row is there under its own id"], ({ communications: { get } }) => ({
    communications: { get: (id) => get(id.split(":").slice(0, 2).join(":")) },
  })),
];

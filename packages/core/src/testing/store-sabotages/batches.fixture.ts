import { acceptedIn } from "../../model/effect.js";
import { backwards } from "./paging.fixture.js";
import { type StoreSabotage, stateful, stateless } from "./store-sabotage.fixture.js";

export const batchSabotages: readonly StoreSabotage[] = [
  stateless("what is known of parts is forgotten", ["parts stand in the order asked for"], () => ({
    batches: { findParts: async (parts) => parts.map(() => ({ hasFates: false, identities: [] })) },
  })),
  stateless(
    "the later identities stand",
    ["identities are written once", "several callers at once get the same"],
    ({ batches: { identify } }) => ({
      batches: {
        identify: async (parts) => {
          await identify(parts);
          return parts.map(({ identities }) => ({ hasFates: false, identities }));
        },
      },
    }),
  ),
  stateless(
    "every batch is completed",
    ["an upload that runs is processing", "a batch is completed when"],
    ({ batches: { get } }) => ({
      batches: {
        get: async (id) => {
          const status = await get(id);
          return status && { ...status, status: "completed" };
        },
      },
    }),
  ),
  stateless("rows that changed nothing count as changing", ["what accepted rows did"], ({ batches: { record } }) => ({
    batches: {
      record: (fates, max) =>
        record(
          fates.map(({ changed, unchanged, ...part }) => ({ ...part, changed: changed + unchanged, unchanged: 0 })),
          max,
        ),
    },
  })),
  stateful(
    "fates are counted up",
    ["fates are written once", "fates recorded by several", "a single object's batch"],
    () => ({ accepted: 0 }),
    ({ batches: { record, get } }, state) => ({
      batches: {
        record: async (recorded) => {
          await record(recorded);
          for (const fates of recorded) state.accepted += acceptedIn(fates);
        },
        get: async (id) => {
          const status = await get(id);
          return status && { ...status, accepted: state.accepted };
        },
      },
    }),
  ),
  stateful(
    "an insert starts over",
    ["an insert leaves a batch"],
    () => ({ last: new Map<string, object>() }),
    ({ batches: { insert, get } }, { last }) => ({
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
    }),
  ),
  stateful(
    "the first seal stands",
    ["of two seals the later"],
    () => ({ sealed: false }),
    ({ batches: { seal } }, state) => ({
      batches: {
        seal: async (id, sealed) => {
          if (!state.sealed) await seal(id, sealed);
          state.sealed = true;
        },
      },
    }),
  ),
  stateless("a single object has no batch", ["a single object's batch"], ({ batches: { record } }) => ({
    batches: { record: (recorded) => record(recorded.map((fates) => ({ ...fates, single: false }))) },
  })),
  stateless("only the rejections that are kept are counted", ["of many rejections some are kept"], ({ batches: { get } }) => ({
    batches: {
      get: async (id) => {
        const status = await get(id);
        return status && { ...status, rejected: Math.min(status.rejected, 10_000) };
      },
    },
  })),
  stateless("rejections are in any order", ["rejections are paged by row"], ({ batches: { rejections } }) => ({
    batches: { rejections: (id, page) => backwards(rejections(id, page)) },
  })),
  stateless("the lines of rejections are lost", ["a rejection keeps its line"], ({ batches: { rejections } }) => ({
    batches: {
      rejections: async (id, page) => {
        const { items, nextCursor } = await rejections(id, page);
        return { items: items.map(({ line: _, ...rejection }) => rejection), nextCursor };
      },
    },
  })),
  stateless("uploads are never given up", ["that nobody touches is sealed"], () => ({
    batches: { sealAbandoned: async () => 0 },
  })),
  stateful(
    "an upload is read for ever",
    ["uploads that are not sealed"],
    () => ({ first: undefined as number | undefined }),
    ({ batches: { readingSince } }, state) => ({
      batches: {
        readingSince: async () => {
          state.first ??= await readingSince();
          return state.first;
        },
      },
    }),
  ),
  stateless("touching an upload does nothing", ["an upload that is touched", "that nobody touches is sealed"], () => ({
    batches: { touch: async () => undefined },
  })),
];

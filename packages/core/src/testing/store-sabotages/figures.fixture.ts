import type { StaleMark } from "../../ports/figures.js";
import { type StoreSabotage, stateful, stateless } from "./store-sabotage.fixture.js";

const ORDERS_MARK = "orders mark the hours";

export const figureSabotages: readonly StoreSabotage[] = [
  stateless("a mark is dated by nobody's clock", ["on the store's clock"], ({ figures: { marks } }) => ({
    figures: { marks: async (limit) => (await marks(limit)).map((mark) => ({ ...mark, at: 0 })) },
  })),
  stateless("orders leave no marks", [ORDERS_MARK, "former orders", "many writers"], ({ orders: { apply }, figures }) => ({
    orders: {
      apply: async (changes) => {
        const before = await figures.marks(1_000);
        const outcomes = await apply(changes);
        const known = new Set(before.map(({ id }) => id));
        await figures.settle((await figures.marks(1_000)).map(({ id }) => id).filter((id) => !known.has(id)));
        return outcomes;
      },
    },
  })),
  stateless("an hour too many is marked", [ORDERS_MARK, "many writers"], ({ figures: { marks } }) => ({
    figures: { marks: async (limit) => (await marks(limit)).map((mark) => ({ ...mark, hours: [...mark.hours, 1] })) },
  })),
  stateless("the first hour of a mark is all there is", [ORDERS_MARK], ({ figures: { marks } }) => ({
    figures: { marks: async (limit) => (await marks(limit)).map((mark) => ({ ...mark, hours: mark.hours.slice(0, 1) })) },
  })),
  stateless("marks come newest first", ["marks come oldest first"], ({ figures: { marks } }) => ({
    figures: { marks: async (limit) => [...(await marks(1_000))].reverse().slice(0, limit) },
  })),
  stateless("settling takes every mark", ["left since is not"], ({ figures: { marks, settle } }) => ({
    figures: { settle: async () => settle((await marks(1_000)).map(({ id }) => id)) },
  })),
  stateful(
    "settled marks stay",
    ["was settled is gone"],
    () => [] as StaleMark[],
    ({ figures: { marks } }, seen) => ({
      figures: {
        marks: async (limit) => {
          for (const mark of await marks(limit)) if (!seen.some(({ id }) => id === mark.id)) seen.push(mark);
          return seen;
        },
      },
    }),
  ),
  stateless(
    "what is kept last wins, whatever its lease",
    ["later lease's holder", "the latest lease wins"],
    ({ figures: { keep } }) => ({
      figures: { keep: (kept) => keep(kept, 1) },
    }),
  ),
  stateless("what is kept first stays", ["is kept last under a key"], ({ figures: { keep, get } }) => ({
    figures: {
      keep: async (kept, epoch) => {
        const known = new Set((await get(kept.map(({ key }) => key))).map(({ key }) => key));
        await keep(
          kept.filter(({ key }) => !known.has(key)),
          epoch,
        );
      },
    },
  })),
  stateless("a key that is not kept is found", ["those of the keys"], ({ figures: { get } }) => ({
    figures: { get: async (keys) => [...(await get(keys)), { key: "nothing", value: "" }] },
  })),
  stateless("a subject is touched once", ["raises its version"], ({ figures: { versions } }) => ({
    figures: {
      versions: async (subjects) =>
        new Map([...(await versions(subjects))].map(([subject, version]) => [subject, Math.min(version, 1)])),
    },
  })),
  ...(["record", "skipRows", "reopen"] as const).map((name) =>
    stateful(
      `${name} leaves the campaign's version as it was`,
      ["raises the version of their campaign"],
      () => ({ hidden: 0 }),
      ({ communications, figures: { versions } }, state) => ({
        communications: {
          [name]: async (...args: readonly unknown[]) => {
            const before = (await versions(["k1"])).get("k1") ?? 0;
            const answer = await Reflect.apply(
              communications[name] as (...args: readonly unknown[]) => unknown,
              communications,
              args,
            );
            state.hidden += ((await versions(["k1"])).get("k1") ?? 0) - before;
            return answer;
          },
        },
        figures: {
          versions: async (subjects) =>
            new Map([...(await versions(subjects))].map(([subject, version]) => [subject, version - state.hidden])),
        },
      }),
    ),
  ),
  stateless("a range includes its end", ["up to another"], ({ figures: { list } }) => ({
    figures: { list: ({ from, to }) => list({ from, to: `${to}~` }) },
  })),
  stateless("a range has no order", ["from a key on, up to another, in their order"], ({ figures: { list } }) => ({
    figures: { list: async (range) => [...(await list(range))].reverse() },
  })),
];

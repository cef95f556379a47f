import { type StoreSabotage, stateful, stateless } from "../store-sabotage.fixture.js";

export const markSabotages: readonly StoreSabotage[] = [
  stateless(
    "one of those with an address is marked",
    ["a mark is on all who have the address"],
    ({ customers: { getMany, get } }) => ({
      customers: {
        get: async (id) => {
          const customer = await get(id);
          return customer && id === "c2" ? { ...customer, marks: {} } : customer;
        },
        getMany,
      },
    }),
  ),
  stateful(
    "the last mark stays",
    ["the mark of the latest version stays"],
    () => ({ version: 100 }),
    ({ customers: { mark } }, state) => ({
      customers: {
        mark: async (marks) => {
          for (const one of marks) await mark([{ ...one, version: state.version++ }]);
        },
      },
    }),
  ),
  stateful(
    "a mark outlives its address",
    ["a mark ends with its address"],
    () => ({ marks: {} }),
    ({ customers: { get } }, state) => ({
      customers: {
        get: async (id) => {
          const customer = await get(id);
          if (!customer) return customer;
          state.marks = { ...state.marks, ...customer.marks };
          return { ...customer, marks: state.marks };
        },
      },
    }),
  ),
  stateless("marks count nothing", ["customers are counted by their marks"], ({ customers: { count } }) => ({
    customers: {
      count: async (condition, options) =>
        "field" in condition && condition.field.of === "mark" ? 0 : count(condition, options),
    },
  })),
];

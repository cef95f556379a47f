import { type CustomerProfile, PROFILE_MEASURES } from "../../../model/figures/customer-profile.js";
import { recordOf } from "../../../model/record-of.js";
import { EVERYONE } from "../../store-contract/given.js";
import { type StoreSabotage, stateless } from "../store-sabotage.fixture.js";

const BY_HAND = "they are distributed as one by one";
const ON_A_BOUND = "a value on a bound is above it";

function changed(breaks: string, noticedBy: readonly string[], change: (profile: CustomerProfile) => CustomerProfile) {
  return stateless(breaks, noticedBy, ({ customers: { profile } }) => ({
    customers: { profile: async (...asked) => change(await profile(...asked)) },
  }));
}

export const profileSabotages: readonly StoreSabotage[] = [
  stateless("a profile is everyone's", [BY_HAND], ({ customers: { profile } }) => ({
    customers: { profile: (_, bounds, options) => profile(EVERYONE, bounds, options) },
  })),
  ...PROFILE_MEASURES.map((measure) =>
    stateless(`a value on a bound of ${measure} is below it`, [BY_HAND, ON_A_BOUND], ({ customers: { profile } }) => ({
      customers: {
        profile: (condition, bounds, options) =>
          profile(condition, { ...bounds, [measure]: bounds[measure].map((bound) => bound + 1) }, options),
      },
    })),
  ),
  changed("who never purchased did so first of all", [ON_A_BOUND], ({ count, totalSpend, buckets }) => ({
    count,
    totalSpend,
    buckets: recordOf(PROFILE_MEASURES, (measure) => {
      const [first = 0, ...others] = buckets[measure];
      return [first + count - buckets[measure].reduce((sum, customers) => sum + customers, 0), ...others];
    }),
  })),
  changed("spend is a number", ["spend adds up exactly"], (profile) => ({
    ...profile,
    totalSpend: BigInt(Number(profile.totalSpend)),
  })),
  stateless("a profile is never called off", ["a profile for which nobody waits"], ({ customers: { profile } }) => ({
    customers: { profile: (condition, bounds) => profile(condition, bounds) },
  })),
];

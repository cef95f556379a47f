import type { ProfileBounds } from "../../model/figures/customer-profile.js";
import { type RuleClock, rangeOlderThan } from "../../query/condition/resolve-dates.js";
import type { ProfileLadder } from "../../view/figures/segment-analytics.js";

/** Of the currency's minor units, so that they fit a yen as well as a euro; beyond what anybody spent a view leaves them out. */
const SPEND_STEPS = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** (power + 2))).flat();

export const PROFILE_LADDER: ProfileLadder = {
  // Below the first there are more refunds than purchases, and below the second there is nothing.
  spend: [0, 1, ...SPEND_STEPS],
  orders: [1, 2, 3, 4, 5, 6, 11, 21, 51, 101],
  days: [730, 365, 180, 90, 60, 30, 7, 0],
};

/** Days are counted as `inLast` and `olderThan` of a rule count them, so that a rule selects just whom a bucket holds. */
export function profileBounds({ spend, orders, days }: ProfileLadder, clock: RuleClock): ProfileBounds {
  const times = days.map((day) => rangeOlderThan("days", day, clock).to ?? clock.now);
  return { totalSpend: spend, orderCount: orders, lastOrderAt: times, firstOrderAt: times };
}

import { expect, it } from "vitest";
import { DELIVERY_STATUSES, type DeliveryStatus } from "../communication-log.js";
import { type AddressHold, type AddressHolder, holdOf } from "./address-hold.js";

/** A row that was claimed five times. */
function holder(status: DeliveryStatus, more: Partial<AddressHolder> = {}): AddressHolder {
  return { status, epoch: 5, earlierHandOvers: [], ...more };
}

const statuses = (...open: readonly DeliveryStatus[]) => DELIVERY_STATUSES.filter((status) => !open.includes(status));

it.each<[string, AddressHold, readonly DeliveryStatus[], number, Partial<AddressHolder>]>([
  ["under its latest claim: held while it is open", "in_use", ["pending", "claimed"], 5, {}],
  ["under an earlier claim: given back by the later one", "free", ["pending", "claimed"], 4, {}],
  ["and was not handed over: given back by its end", "free", ["failed", "skipped"], 5, {}],
  ["and was handed over under it: held while it is open", "in_use", ["pending", "claimed"], 4, { handedOverEpoch: 4 }],
  ["and was handed over under it: used", "used", statuses("pending", "claimed"), 4, { handedOverEpoch: 4 }],
  ["and was handed over under it or a later one: used", "used", statuses("pending", "claimed"), 5, { handedOverEpoch: 4 }],
  ["before it was handed over under another: free", "free", DELIVERY_STATUSES, 3, { handedOverEpoch: 4 }],
  [
    "in a generation that was handed over: used",
    "used",
    DELIVERY_STATUSES,
    2,
    {
      earlierHandOvers: [
        [1, 1],
        [2, 3],
      ],
    },
  ],
  ["in a generation that was not: free", "free", ["pending", "claimed", "failed", "skipped"], 4, { earlierHandOvers: [[1, 3]] }],
  ["and is proved to be taken, or in doubt: used", "used", ["sent", "delivered", "bounced", "unknown"], 4, {}],
])("an address that a row reserved %s", (_, hold, all, epoch, more) => {
  for (const status of all) expect([status, holdOf(epoch, holder(status, more))]).toEqual([status, hold]);
});

it("an address whose holder is gone is free", () => {
  expect(holdOf(1, undefined)).toBe("free");
});

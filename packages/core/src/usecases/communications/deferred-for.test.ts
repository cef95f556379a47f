import { expect, it } from "vitest";
import type { CampaignMove } from "../../model/campaign.js";
import type { ClaimedCommunication } from "../../model/communication-log.js";
import { deferredForMs } from "./deferred-for.js";

function claimedAt(updatedAt: number, firstCallAt?: number, waitedUntil?: number): ClaimedCommunication {
  return {
    ...{ id: "k:a", campaignId: "k", customerId: "a", channel: "sms", status: "claimed", evidence: {} },
    ...{ generation: 1, reopening: 0, attempts: 0, epoch: 1, leaseUntil: 9, plannedAt: 1, dueAt: 1, updatedAt },
    ...(firstCallAt === undefined ? {} : { firstCallAt }),
    ...(waitedUntil === undefined ? {} : { waitedUntil }),
  };
}

function move(to: CampaignMove["to"], at: number): CampaignMove {
  return { at, from: "paused", to, by: "user", why: "" };
}

it.each<[string, ClaimedCommunication, readonly CampaignMove[], number, number]>([
  ["before its first call", claimedAt(900), [move("running", 50)], 0, 0],
  ["since its first call", claimedAt(900, 100), [move("running", 50)], 0, 800],
  ["since the last resume", claimedAt(900, 100), [move("running", 50), move("paused", 200), move("running", 400)], 0, 500],
  ["since it last waited for its address", claimedAt(900, 100, 600), [move("running", 50)], 0, 300],
  ["without the time in which the breaker was open", claimedAt(900, 100), [move("running", 50)], 300, 500],
  ["and never less than nothing", claimedAt(900, 100), [move("running", 950)], 300, 0],
])("a message is deferred for the time that passed %s", (_, claim, history, openMs, deferredMs) => {
  expect(deferredForMs(claim, { history }, { breaker: { openMsWithin: () => openMs }, now: 950 })).toBe(deferredMs);
});

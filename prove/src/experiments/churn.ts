import type { Rule } from "@crm-engine/core";
import type { Experiment } from "../experiment.js";
import { deliveriesOf, messagesOf } from "../vendor/deliveries.js";
import type { FakeVendor } from "../vendor/fake-vendor.js";
import type { Verdict } from "../verdict.js";
import { draftTo, ledgerRows, loadPeople, person, personId } from "../world/audience.js";
import { type Changed, type ChangeKind, changePeople } from "../world/change-people.js";
import { whileProgressing } from "../world/until.js";
import type { World } from "../world/world.js";

const WORKERS = 2;
/** Slow enough that there is time to change people before their turn comes. */
const VENDOR_DELAY_MS = 150;
const STALLED_MS = 20_000;
/** Who got a newsletter before, and leaves by its unsubscribe link. */
const FORMER: Rule = { field: "tags", op: "includesAny", value: ["former"] };

/** People come, move, unsubscribe and are erased while a campaign to everyone is planned and sent. */
export const churn: Experiment = {
  name: "churn",
  mustBe: "each recipient gets it once, and nobody who was erased or unsubscribed before their claim gets it",
  run: async (world, verdict) => {
    const { engine, scale, random } = world;
    const people = scale.count(100_000, 2_000);
    const shares = shareOut(random.shuffled(Array.from({ length: people }, (_, n) => n)), Math.round(people / 10));
    const former = new Set(shares.unsubscribedByReceipt);

    const vendor = await world.vendor();
    const server = world.start("serve", "serve", { SENDER_URL: vendor.urlFor("serve") });
    const workers = world.crew("worker", WORKERS, (name) => ({
      SENDER_URL: vendor.urlFor(name),
      BATCH_SIZE: String(scale.count(100, 20)),
    }));
    await Promise.all([server.ready, workers.ready()]);
    await loadPeople(world, people, (n) => (former.has(n) ? { ...person(n), tags: ["former"] } : person(n)));
    const formerCampaign = await draftTo(world, "Last month", { rule: FORMER });
    await engine.campaigns.launch(formerCampaign);
    await untilCompleted(world, vendor, formerCampaign);

    await vendor.behave({ delayMs: VENDOR_DELAY_MS });
    const campaignId = await draftTo(world, "News");
    await engine.campaigns.launch(campaignId);
    const changes = changePeople(world, { api: server.url(), campaignId, formerCampaign, shares });
    const [changed] = await Promise.all([changes, untilCompleted(world, vendor, campaignId)]);
    await judge(world, vendor, verdict, { campaignId, people, changed });
  },
};

/** A tenth of the people, in five equal parts; those who come are new. */
function shareOut(shuffled: readonly number[], total: number): Readonly<Record<ChangeKind, readonly number[]>> {
  const size = Math.max(1, Math.round(total / 5));
  const part = (index: number) => shuffled.slice(index * size, (index + 1) * size);
  return {
    inserted: Array.from({ length: size }, (_, n) => shuffled.length + n),
    moved: part(0),
    unsubscribedByRecord: part(1),
    unsubscribedByReceipt: part(2),
    erased: part(3),
  };
}

async function untilCompleted({ engine }: World, vendor: FakeVendor, campaignId: string): Promise<void> {
  await whileProgressing(
    "the campaign is completed",
    async () => {
      const { status, updatedAt } = await engine.campaigns.get(campaignId);
      return { done: status === "completed", progress: Date.parse(updatedAt) + (await vendor.state()).accepted };
    },
    { stalledMs: STALLED_MS },
  );
}

interface Judged {
  readonly campaignId: string;
  readonly people: number;
  readonly changed: Changed;
}

async function judge(world: World, vendor: FakeVendor, verdict: Verdict, { campaignId, people, changed }: Judged): Promise<void> {
  const calls = vendor.journal();
  const { reached, keys, repeats, secondKeys } = deliveriesOf(calls, campaignId);
  const rows = await ledgerRows(world, campaignId);
  const sent = rows.filter((row) => row.status === "sent");
  verdict.figure("logRows", rows.length);
  verdict.equal("openRows", rows.filter((row) => row.status === "pending" || row.status === "claimed").length, 0);
  verdict.equal("rowsWithoutReason", rows.filter((row) => row.status !== "sent" && row.reason === undefined).length, 0);
  verdict.equal("vendorKeys", keys, sent.length);
  verdict.equal("sentAndNotReached", sent.filter((row) => !reached.has(row.customerId)).length, 0);
  verdict.equal("repeats", repeats, 0);
  verdict.equal("secondKeys", secondKeys.length, 0);

  const gone = new Set([...changed.all.erased, ...changed.all.unsubscribedByRecord, ...changed.all.unsubscribedByReceipt]);
  let lost = 0;
  for (let n = 0; n < people; n++) if (!gone.has(personId(n)) && !reached.has(personId(n))) lost += 1;
  verdict.equal("lost", lost, 0);

  const inTime = changed.beforeTheirClaim;
  const addresses = new Map(
    messagesOf(calls).flatMap(([, campaign, id, to]) => (campaign === campaignId ? [[id, to] as const] : [])),
  );
  for (const kind of ["erased", "unsubscribedByRecord", "unsubscribedByReceipt"] as const) {
    verdict.atLeast(`${kind}BeforeTheirClaim`, inTime[kind].length, 1);
    verdict.equal(`${kind}AndSentTo`, inTime[kind].filter((id) => reached.has(id)).length, 0);
  }
  verdict.atLeast("movedBeforeTheirClaim", inTime.moved.length, 1);
  verdict.equal("movedAndSentToTheOldAddress", inTime.moved.filter((id) => addresses.get(id)?.startsWith("person-")).length, 0);
  verdict.figure("inserted", changed.all.inserted.length);
}

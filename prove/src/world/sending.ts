import { deliveriesOf } from "../vendor/deliveries.js";
import type { FakeVendor } from "../vendor/fake-vendor.js";
import type { Verdict } from "../verdict.js";
import { ledgerRows } from "./audience.js";
import { whileProgressing } from "./until.js";
import type { World } from "./world.js";

/** Settles when every campaign is completed, and the vendor has said all that it has to say of them. */
export async function untilSent(
  { engine }: World,
  vendor: FakeVendor,
  campaigns: readonly string[],
  stalledMs: number,
): Promise<void> {
  await whileProgressing(
    "every campaign is completed",
    async () => {
      const states = await Promise.all(campaigns.map((id) => engine.campaigns.get(id)));
      const { accepted, reporting } = await vendor.state();
      return { done: reporting === 0 && states.every(({ status }) => status === "completed"), progress: accepted - reporting };
    },
    { stalledMs },
  );
}

export interface Sent {
  readonly campaigns: readonly string[];
  /** Of each of them. */
  readonly people: number;
  /** Different ones that the people have. */
  readonly addresses: number;
}

/** Each person has one row, each address one key, and whoever shares an address with another who got it is skipped for that reason. */
export async function judgeSent(
  world: World,
  vendor: FakeVendor,
  { campaigns, people, addresses }: Sent,
  verdict: Verdict,
): Promise<void> {
  const calls = vendor.journal();
  const total = { rows: 0, keys: 0, secondKeys: 0, repeats: 0, delivered: 0, duplicates: 0 };
  for (const campaignId of campaigns) {
    const { keys, secondKeys, repeats } = deliveriesOf(calls, campaignId);
    const rows = await ledgerRows(world, campaignId);
    total.rows += rows.length;
    total.delivered += rows.filter((row) => row.status === "delivered").length;
    total.duplicates += rows.filter((row) => row.status === "skipped" && row.reason === "duplicate_address").length;
    total.keys += keys;
    total.secondKeys += secondKeys.length;
    total.repeats += repeats;
  }
  verdict.equal("logRows", total.rows, campaigns.length * people);
  verdict.equal("vendorKeys", total.keys, campaigns.length * addresses);
  verdict.equal("secondKeys", total.secondKeys, 0);
  verdict.equal("skippedAsDuplicates", total.duplicates, campaigns.length * (people - addresses));
  verdict.figure("repeatsUnderTheSameKey", total.repeats);
  verdict.atLeast("deliveredRows", total.delivered, (await vendor.state()).reported);
}

import type { Store } from "@crm-engine/core/ports";
import { person, personId } from "./audience.js";
import { getJson, postJson } from "./http.js";
import { until } from "./until.js";
import type { World } from "./world.js";

export const CHANGE_KINDS = ["inserted", "moved", "unsubscribedByRecord", "unsubscribedByReceipt", "erased"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Ids by kind of change. */
type Ids = Readonly<Record<ChangeKind, readonly string[]>>;

export interface Changed {
  readonly all: Ids;
  /** Whose row was still pending, or not even there, when the change had been acknowledged: their claim came later. */
  readonly beforeTheirClaim: Ids;
}

export interface ChangePeopleOptions {
  readonly api: string;
  /** The campaign that is under way. */
  readonly campaignId: string;
  /** One that they all got before, to which the unsubscribe receipts refer. */
  readonly formerCampaign: string;
  /** Numbers of people, by what becomes of them. */
  readonly shares: Readonly<Record<ChangeKind, readonly number[]>>;
}

/** Changed in one request. */
const GROUP = 10;
const TIMEOUT_MS = 60_000;

/** Changes people by the API, every kind at the same time, and notes of whom it is certain that they were claimed only afterwards. */
export async function changePeople(world: World, options: ChangePeopleOptions): Promise<Changed> {
  const results = await Promise.all(CHANGE_KINDS.map(async (kind) => [kind, await changeKind(world, options, kind)] as const));
  const byKind = (which: "all" | "inTime") =>
    Object.fromEntries(results.map(([kind, result]) => [kind, result[which]])) as unknown as Ids;
  return { all: byKind("all"), beforeTheirClaim: byKind("inTime") };
}

async function changeKind({ store }: World, options: ChangePeopleOptions, kind: ChangeKind) {
  const { campaignId, shares } = options;
  const all = shares[kind].map(personId);
  const inTime: string[] = [];
  for (let start = 0; start < shares[kind].length; start += GROUP) {
    const group = shares[kind].slice(start, start + GROUP);
    await CHANGES[kind](store, options, group);
    // The change is acknowledged: whoever is unclaimed now will be claimed after it.
    for (const id of group.map(personId)) {
      const row = await store.communications.get(`${campaignId}:${id}`);
      if (row === undefined || row.status === "pending") inTime.push(id);
    }
  }
  return { all, inTime };
}

type Change = (store: Store, options: ChangePeopleOptions, group: readonly number[]) => Promise<void>;

/** Each settles when the change has been acknowledged as done. */
const CHANGES: Readonly<Record<ChangeKind, Change>> = {
  inserted: (_, { api }, group) => upsert(api, group.map(person)),
  moved: (_, { api }, group) =>
    upsert(
      api,
      group.map((n) => ({ id: personId(n), email: `moved-${n}@example.com` })),
    ),
  unsubscribedByRecord: (_, { api }, group) =>
    upsert(
      api,
      group.map((n) => ({ id: personId(n), consent: { email: { state: "withdrawn" } } })),
    ),
  unsubscribedByReceipt: async (store, { api, formerCampaign }, group) => {
    const ids = group.map(personId);
    await postJson(`${api}/api/receipts`, {
      receipts: ids.map((id) => ({ messageId: `${formerCampaign}:${id}`, status: "unsubscribed" })),
    });
    const withdrawn = async () => {
      const people = await store.customers.getMany(ids);
      return people.length === ids.length && people.every(({ consent }) => consent.email?.state === "withdrawn");
    };
    await until("unsubscribing is visible", withdrawn, { timeoutMs: TIMEOUT_MS, everyMs: 20 });
  },
  erased: async (_, { api }, group) => {
    await Promise.all(group.map((n) => erase(`${api}/api/customers/${personId(n)}`)));
  },
};

async function upsert(api: string, rows: readonly object[]): Promise<void> {
  const { batchId } = await postJson<{ readonly batchId: string }>(`${api}/api/customers`, rows);
  const completed = async () =>
    (await getJson<{ readonly status: string }>(`${api}/api/batches/${batchId}`)).status === "completed";
  await until("the batch is completed", completed, { timeoutMs: TIMEOUT_MS, everyMs: 20 });
}

async function erase(url: string): Promise<void> {
  const response = await fetch(url, { method: "DELETE" });
  await response.text();
  if (!response.ok) throw new Error(`DELETE ${url} answered ${response.status}`);
}

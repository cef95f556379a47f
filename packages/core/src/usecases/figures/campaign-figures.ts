import { isOver, type StoredCampaign } from "../../model/campaign.js";
import type { CampaignCounts } from "../../model/communication-log.js";
import type { Day } from "../../model/figures/calendar.js";
import { zoneDays } from "../../model/figures/calendar.js";
import { type Deliveries, deliveriesByDay } from "../../model/figures/deliveries.js";
import type { Instant } from "../../model/instant.js";
import type { EngineParts } from "../engine-parts.js";
import { shared } from "../health/look.js";

/** Rows of a campaign that goes on are counted at most so often in a process, however many look. */
const SHARED_MS = 2_000;
const KEPT_IN_MEMORY = 100;
/** The newest campaigns that are looked through for those that ended lately. */
const ENDED = 20;
const ENDED_EVERY_MS = 10_000;

/** What is counted of a campaign's rows. */
export interface CampaignFigures {
  readonly asOf: Instant;
  readonly counts: CampaignCounts;
  readonly days: ReadonlyMap<Day, Deliveries>;
}

type Campaign = Pick<StoredCampaign, "id" | "status"> & Partial<Pick<StoredCampaign, "version">>;

export interface CampaignFiguresReader {
  counts(campaign: Campaign): Promise<CampaignCounts>;
  days(campaigns: readonly Campaign[]): Promise<ReadonlyMap<string, CampaignFigures["days"]>>;
  of(campaign: Campaign): Promise<CampaignFigures>;
  /** Counts the rows of campaigns that ended lately, where nobody did before: who asks for all of them later waits for none. */
  countEnded(): Promise<void>;
}

type Parts = Pick<EngineParts, "store" | "context" | "clock" | "elapsed">;

/** What figures were kept of: the version of the campaign's rows, and the rest that it had come to. */
interface Kept {
  readonly version: number;
  readonly rest: string;
}

/**
 * Names a state in which no worker changes rows, as long as the state lasts: over, and then no row may be open; or paused since this
 * version, and then none may be claimed. Undefined where a campaign is in none, or not yet.
 */
function restOf({ status, version }: Campaign, counts?: CampaignCounts): string | undefined {
  if (isOver(status)) return counts && counts.pending + counts.claimed > 0 ? undefined : "over";
  return status !== "paused" || version === undefined || (counts && counts.claimed > 0) ? undefined : `paused ${version}`;
}

/**
 * Counts the rows of campaigns. Of one that is over and has no open row, or is paused and has none claimed, the figures are kept, until
 * something settles or reopens a row of it, or it goes on; of others they are read once for all who look within two seconds.
 */
export function createCampaignFigures(parts: Parts): CampaignFiguresReader {
  const { store, context, clock, elapsed } = parts;
  const zone = zoneDays(context.timeZone);
  const looks = new Map<string, () => Promise<CampaignFigures>>();
  const countsKey = (id: string) => `counts/${id}`;
  const daysKey = (id: string) => `deliveries/${context.timeZone}/${id}`;

  const count = async (campaign: Campaign): Promise<CampaignFigures> => {
    const { id } = campaign;
    const version = (await store.figures.versions([id])).get(id) ?? 0;
    const asOf = await clock();
    const counts = await store.communications.stats(id);
    const days = deliveriesByDay(await store.communications.seen(id), zone);
    const rest = restOf(campaign, counts);
    if (rest !== undefined) {
      const of = { version, rest, asOf };
      const figures = [
        { key: countsKey(id), value: JSON.stringify({ ...of, counts }) },
        { key: daysKey(id), value: JSON.stringify({ ...of, days: [...days] }) },
      ];
      await store.figures.keep(figures, version);
    }
    return { asOf, counts, days };
  };

  /** Looks of one campaign, which are forgotten with those of others when there are too many. */
  const look = (campaign: Campaign): Promise<CampaignFigures> => {
    const key = `${campaign.id} ${campaign.status}`;
    if (looks.size >= KEPT_IN_MEMORY && !looks.has(key)) looks.clear();
    const ask = looks.get(key) ?? shared(SHARED_MS, elapsed, () => count(campaign));
    looks.set(key, ask);
    return ask();
  };

  /** What is kept under their keys, where it is of the present version. */
  const kept = async <T>(campaigns: readonly Campaign[], keyOf: (id: string) => string): Promise<ReadonlyMap<string, T>> => {
    const resting = campaigns.filter((campaign) => restOf(campaign) !== undefined);
    if (resting.length === 0) return new Map();
    const versions = await store.figures.versions(resting.map(({ id }) => id));
    const figures = await store.figures.get(resting.map(({ id }) => keyOf(id)));
    const byKey = new Map(figures.map(({ key, value }) => [key, JSON.parse(value) as T & Kept]));
    return new Map(
      resting.flatMap((campaign) => {
        const { id } = campaign;
        const value = byKey.get(keyOf(id));
        return value && value.version === versions.get(id) && value.rest === restOf(campaign) ? [[id, value]] : [];
      }),
    );
  };

  type KeptCounts = Pick<CampaignFigures, "asOf" | "counts">;
  type KeptDays = { readonly days: readonly (readonly [Day, Deliveries])[] };
  const keptDays = async (campaigns: readonly Campaign[]) => kept<KeptDays>(campaigns, daysKey);
  return {
    counts: async (campaign) => {
      if (restOf(campaign) === undefined) return store.communications.stats(campaign.id);
      const own = (await kept<KeptCounts>([campaign], countsKey)).get(campaign.id);
      return own ? own.counts : (await count(campaign)).counts;
    },
    days: async (campaigns) => {
      const known = await keptDays(campaigns);
      const days = new Map<string, CampaignFigures["days"]>();
      for (const campaign of campaigns) {
        const own = known.get(campaign.id);
        days.set(campaign.id, own ? new Map(own.days) : (await look(campaign)).days);
      }
      return days;
    },
    of: async (campaign) => {
      const [counts, days] = [await kept<KeptCounts>([campaign], countsKey), await keptDays([campaign])];
      const [own, ownDays] = [counts.get(campaign.id), days.get(campaign.id)];
      return own && ownDays ? { asOf: own.asOf, counts: own.counts, days: new Map(ownDays.days) } : look(campaign);
    },
    countEnded: shared(ENDED_EVERY_MS, elapsed, async () => {
      const ended = (await store.campaigns.find({ archived: false, status: "completed" }, { limit: ENDED })).items;
      const known = new Set((await store.figures.get(ended.map(({ id }) => daysKey(id)))).map(({ key }) => key));
      for (const campaign of ended) if (!known.has(daysKey(campaign.id))) await look(campaign);
    }),
  };
}

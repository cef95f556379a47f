import type { StoredCampaign } from "../../model/campaign.js";
import type { StoredSegment } from "../../model/segment.js";
import { backwards } from "./paging.fixture.js";
import { type StoreSabotage, stateless } from "./store-sabotage.fixture.js";

const mangled = <T>(value: T): T => (value === undefined ? value : JSON.parse(JSON.stringify(value).replaceAll("$", "")));

/** Writes over whatever version is there. */
async function forcing<R extends StoredSegment | StoredCampaign>(
  rows: { get(id: string): Promise<R | undefined>; replace(row: R, expectedVersion: number): Promise<boolean> },
  row: R,
): Promise<boolean> {
  for (;;) {
    const stored = await rows.get(row.id);
    if (!stored || (await rows.replace(row, stored.version))) return stored !== undefined;
  }
}

export const documentsSabotages: readonly StoreSabotage[] = [
  stateless(
    "text that looks like an operator is lost",
    ["a segment comes back", "a campaign comes back", "a rejection's text"],
    (store) => ({
      segments: { get: async (id) => mangled(await store.segments.get(id)) },
      campaigns: { get: async (id) => mangled(await store.campaigns.get(id)) },
      batches: { rejections: async (id, page) => mangled(await store.batches.rejections(id, page)) },
    }),
  ),
  stateless("an insert overwrites", ["segments: an insert never", "campaigns: an insert never"], ({ segments, campaigns }) => ({
    segments: {
      insert: async (row) => {
        if (!(await segments.replace(row, (await segments.get(row.id))?.version ?? 0))) await segments.insert(row);
      },
    },
    campaigns: {
      insert: async (row) => {
        if (!(await campaigns.replace(row, (await campaigns.get(row.id))?.version ?? 0))) await campaigns.insert(row);
      },
    },
  })),
  stateless(
    "versions are not looked at",
    [
      "segments: a write that expects",
      "campaigns: a write that expects",
      "segments: of 20 racing",
      "campaigns: of 20 racing",
      "deleting is compare-and-set",
    ],
    ({ segments, campaigns }) => ({
      segments: { replace: (row) => forcing(segments, row) },
      campaigns: {
        replace: (row) => forcing(campaigns, row),
        delete: async (id, expected) => campaigns.delete(id, (await campaigns.get(id))?.version ?? expected),
      },
    }),
  ),
  stateless(
    "deleting always tells of success",
    ["deleting tells whether", "deleting is compare-and-set"],
    ({ segments, campaigns }) => ({
      segments: { delete: async (id) => (await segments.delete(id)) || true },
      campaigns: { delete: async (id, expected) => (await campaigns.delete(id, expected)) || true },
    }),
  ),
  stateless(
    "the newest campaign is found first",
    ["ids are found by state", "the unsettled are found", "the scheduled whose time has come"],
    ({ campaigns: { findIds, findUnsettled, findScheduled } }) => ({
      campaigns: {
        findScheduled: async (dueBy, page) => {
          const { items, nextCursor } = await findScheduled(dueBy, page);
          return { items: [...items].sort().reverse(), nextCursor };
        },
        findIds: (statuses, page) => backwards(findIds(statuses, page)),
        findUnsettled: (page) => backwards(findUnsettled(page)),
      },
    }),
  ),
  stateless("every scheduled campaign is due", ["the scheduled whose time has come"], ({ campaigns: { findScheduled } }) => ({
    campaigns: { findScheduled: (_, page) => findScheduled(Number.MAX_SAFE_INTEGER, page) },
  })),
  stateless("only the first thousand campaigns are found", ["ids are found page by page"], ({ campaigns }) => ({
    campaigns: {
      findIds: async (statuses) => ({ ...(await campaigns.findIds(statuses, { limit: 1_000 })), nextCursor: null }),
    },
  })),
];

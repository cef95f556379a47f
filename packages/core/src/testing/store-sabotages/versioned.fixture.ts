import type { StoredCampaign } from "../../model/campaign.js";
import type { StoredMap } from "../../model/imports/stored-map.js";
import type { StoredSegment } from "../../model/segment.js";
import { type StoreSabotage, stateless } from "./store-sabotage.fixture.js";

/** Writes over whatever version is there. */
async function forcing<R extends StoredSegment | StoredCampaign | StoredMap>(
  rows: { get(id: string): Promise<R | undefined>; replace(row: R, expectedVersion: number): Promise<boolean> },
  row: R,
): Promise<boolean> {
  for (;;) {
    const stored = await rows.get(row.id);
    if (!stored || (await rows.replace(row, stored.version))) return stored !== undefined;
  }
}

export const versionedSabotages: readonly StoreSabotage[] = [
  stateless(
    "an insert overwrites",
    ["segments.insert: an insert never", "campaigns.insert: an insert never", "maps.insert: an insert never"],
    ({ segments, campaigns, maps }) => ({
      segments: {
        insert: async (row) => {
          if (!(await segments.replace(row, (await segments.get(row.id))?.version ?? 0))) await segments.insert(row);
        },
      },
      maps: {
        insert: async (row) => {
          if (!(await maps.replace(row, (await maps.get(row.id))?.version ?? 0))) await maps.insert(row);
        },
      },
      campaigns: {
        insert: async (row) => {
          if (!(await campaigns.replace(row, (await campaigns.get(row.id))?.version ?? 0))) await campaigns.insert(row);
        },
      },
    }),
  ),
  stateless(
    "versions are not looked at",
    [
      "segments.replace: a write that expects",
      "campaigns.replace: a write that expects",
      "segments.replace: of 20 racing",
      "campaigns.replace: of 20 racing",
      "segments.delete: deleting is compare-and-set",
      "maps.replace: a write that expects",
      "maps.replace: of 20 racing",
      "maps.delete: deleting is compare-and-set",
      "campaigns.delete: deleting is compare-and-set",
    ],
    ({ segments, campaigns, maps }) => ({
      segments: {
        replace: (row) => forcing(segments, row),
        delete: async (id, expected) => segments.delete(id, (await segments.get(id))?.version ?? expected),
      },
      maps: {
        replace: (row) => forcing(maps, row),
        delete: async (id, expected) => maps.delete(id, (await maps.get(id))?.version ?? expected),
      },
      campaigns: {
        replace: (row) => forcing(campaigns, row),
        delete: async (id, expected) => campaigns.delete(id, (await campaigns.get(id))?.version ?? expected),
      },
    }),
  ),
  stateless(
    "deleting always tells of success",
    ["segments.delete: deleting is compare-and-set", "campaigns.delete: deleting is compare-and-set", "maps.delete: deleting is"],
    ({ segments, campaigns, maps }) => ({
      segments: { delete: async (id, expected) => (await segments.delete(id, expected)) || true },
      maps: { delete: async (id, expected) => (await maps.delete(id, expected)) || true },
      campaigns: { delete: async (id, expected) => (await campaigns.delete(id, expected)) || true },
    }),
  ),
];

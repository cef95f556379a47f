import type { Campaigns, StoredCampaign } from "@crm-engine/core/ports";
import type { Filter } from "mongodb";
import type { Connection } from "./database/connection.js";
import type { CampaignDocument, Collections } from "./schema/collections.js";
import { versionedDocuments } from "./schema/versioned-documents.js";

const MAX_IDS = 1_000;

export function mongoCampaigns({ use }: Connection): Campaigns {
  return {
    insert: (campaign) => use(({ campaigns }) => versionedDocuments<StoredCampaign>(campaigns).insert(campaign)),
    get: (id) => use(({ campaigns }) => versionedDocuments<StoredCampaign>(campaigns).get(id)),
    list: (page) => use(({ campaigns }) => versionedDocuments<StoredCampaign>(campaigns).list(page, -1)),
    findIds: (statuses) => use((collections) => idsOf(collections, { status: { $in: statuses } })),
    findScheduled: (dueBy) =>
      use((collections) =>
        idsOf(collections, { status: "scheduled", "schedule.at": { $lte: dueBy } }, { "schedule.at": 1, _id: 1 }),
      ),
    findUnsettled: () => use((collections) => idsOf(collections, { unsettled: true })),
    replace: (campaign, expectedVersion) =>
      use(({ campaigns }) => versionedDocuments<StoredCampaign>(campaigns).replace(campaign, expectedVersion)),
    delete: (id, expectedVersion) =>
      use(({ campaigns }) => versionedDocuments<StoredCampaign>(campaigns).delete(id, expectedVersion)),
  };
}

async function idsOf(
  { campaigns }: Collections,
  filter: Filter<CampaignDocument>,
  order: Readonly<Record<string, 1>> = { _id: 1 },
): Promise<readonly string[]> {
  const found = campaigns.find(filter).sort(order).limit(MAX_IDS).project<{ readonly _id: string }>({ _id: 1 });
  return (await found.toArray()).map(({ _id }) => _id);
}

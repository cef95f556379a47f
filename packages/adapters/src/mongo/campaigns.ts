import { type Campaigns, MAX_CAMPAIGN_IDS, type StoredCampaign } from "@crm-engine/core/ports";
import type { Filter } from "mongodb";
import type { Connection } from "./database/connection.js";
import type { CampaignDocument, Collections } from "./schema/collections.js";
import { mongoVersioned } from "./versioned.js";

export function mongoCampaigns(connection: Connection): Campaigns {
  const { use } = connection;
  return {
    ...mongoVersioned<StoredCampaign>(connection, ({ campaigns }) => campaigns, { newestFirst: true }),
    findIds: (statuses) => use((collections) => idsOf(collections, { status: { $in: statuses } })),
    findScheduled: (dueBy) =>
      use((collections) =>
        idsOf(collections, { status: "scheduled", "schedule.at": { $lte: dueBy } }, { "schedule.at": 1, _id: 1 }),
      ),
    findUnsettled: () => use((collections) => idsOf(collections, { unsettled: true })),
  };
}

async function idsOf(
  { campaigns }: Collections,
  filter: Filter<CampaignDocument>,
  order: Readonly<Record<string, 1>> = { _id: 1 },
): Promise<readonly string[]> {
  const found = campaigns.find(filter).sort(order).limit(MAX_CAMPAIGN_IDS).project<{ readonly _id: string }>({ _id: 1 });
  return (await found.toArray()).map(({ _id }) => _id);
}

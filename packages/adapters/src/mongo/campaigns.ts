import {
  type CampaignFilter,
  type Campaigns,
  foldText,
  type Instant,
  type Page,
  type PageRequest,
  pageOf,
  readCursor,
  type StoredCampaign,
} from "@crm-engine/core/ports";
import type { Filter } from "mongodb";
import type { Connection } from "./database/connection.js";
import { literalPattern } from "./query/literal-pattern.js";
import type { CampaignDocument, Collections } from "./schema/collections.js";
import { mongoVersioned, recordIn } from "./versioned.js";

export function mongoCampaigns(connection: Connection): Campaigns {
  const { use } = connection;
  return {
    ...mongoVersioned<StoredCampaign>(connection, ({ campaigns }) => campaigns, {
      newestFirst: true,
      listed: ({ archived = false, name }) => ({ archived, name: foldText(name) }),
    }),
    find: (filter, page) => use((collections) => found(collections, filter, page)),
    findIds: (statuses, page) => use((collections) => idsOf(collections, { status: { $in: statuses } }, page)),
    findScheduled: (dueBy, page) => use((collections) => scheduledIds(collections, dueBy, page)),
    findUnsettled: (page) => use((collections) => idsOf(collections, { unsettled: true }, page)),
  };
}

async function found(
  { campaigns }: Collections,
  { archived, status, search }: CampaignFilter,
  page: PageRequest,
): Promise<Page<StoredCampaign>> {
  const after = readCursor(page.cursor, ["string"]);
  const filter = {
    "listed.archived": { $eq: archived },
    ...(status === undefined ? {} : { status: { $eq: status } }),
    ...(search === undefined ? {} : { "listed.name": { $regex: literalPattern(search) } }),
    ...(after ? { _id: { $lt: after[0] } } : {}),
  };
  const rows = await campaigns
    .find(filter)
    .sort({ _id: -1 })
    .limit(page.limit + 1)
    .toArray();
  return pageOf(rows, page, ({ _id }) => [_id], recordIn<StoredCampaign>);
}

async function idsOf({ campaigns }: Collections, filter: Filter<CampaignDocument>, page: PageRequest): Promise<Page<string>> {
  const after = readCursor(page.cursor, ["string"]);
  const found = campaigns
    .find({ ...filter, ...(after ? { _id: { $gt: after[0] } } : {}) })
    .sort({ _id: 1 })
    .limit(page.limit + 1)
    .project<{ readonly _id: string }>({ _id: 1 });
  return pageOf(
    await found.toArray(),
    page,
    ({ _id }) => [_id],
    ({ _id }) => _id,
  );
}

async function scheduledIds({ campaigns }: Collections, dueBy: Instant, page: PageRequest): Promise<Page<string>> {
  const after = readCursor(page.cursor, ["number", "string"]);
  const due: Filter<CampaignDocument> = { status: "scheduled", "schedule.at": { $lte: dueBy } };
  const rest = after && { $or: [{ "schedule.at": { $gt: after[0] } }, { "schedule.at": after[0], _id: { $gt: after[1] } }] };
  const found = campaigns
    .find(rest ? { $and: [due, rest] } : due)
    .sort({ "schedule.at": 1, _id: 1 })
    .limit(page.limit + 1)
    .project<{ readonly _id: string; readonly schedule: { readonly at: Instant } }>({ schedule: 1 });
  return pageOf(
    await found.toArray(),
    page,
    ({ _id, schedule }) => [schedule.at, _id],
    ({ _id }) => _id,
  );
}

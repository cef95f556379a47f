import {
  type CommunicationFilter,
  encodeCursor,
  FOUND_KEY,
  type FoundBy,
  findRows,
  logId,
  type Page,
  type PageRequest,
  pageOf,
  type RowLook,
  readCursor,
  type StoredCommunication,
  statusesWanted,
} from "@crm-engine/core/ports";
import type { Collection, Filter } from "mongodb";
import type { CommunicationDocument } from "../schema/collections.js";
import { idsOfCampaign, toLog } from "../schema/communication-documents.js";

type Rows = Collection<CommunicationDocument>;

export async function listRows(
  communications: Rows,
  filter: CommunicationFilter,
  page: PageRequest,
): Promise<Page<StoredCommunication>> {
  const rows = await communications
    .find(filterOf(filter, readCursor(page.cursor, ["string"])?.[0]))
    .sort({ _id: 1 })
    .limit(page.limit + 1)
    .toArray();
  return pageOf(rows, page, ({ _id }) => [_id], toLog);
}

/**
 * A campaign's rows are read as a range of ids, so listing one status scans them once, however many pages it takes; those of a reason by an
 * index that has them by id.
 */
function filterOf(filter: CommunicationFilter, after: string | undefined): Filter<CommunicationDocument> {
  const { campaignId, customerId, reason } = filter;
  const statuses = statusesWanted(filter);
  const ofCampaign = (id: string) => (reason === undefined ? { _id: idsOfCampaign(id) } : { campaignId: { $eq: id } });
  const tests: Filter<CommunicationDocument>[] = [
    ...(campaignId === undefined ? [] : [ofCampaign(campaignId)]),
    ...(customerId === undefined ? [] : [{ customerId: { $eq: customerId } }]),
    ...(statuses === undefined ? [] : [{ status: { $in: [...statuses] } }]),
    ...(reason === undefined ? [] : [{ reason: { $eq: reason } }]),
    ...(after === undefined ? [] : [{ _id: { $gt: after } }]),
  ];
  return tests.length > 0 ? { $and: tests } : {};
}

export async function searchRows(
  communications: Rows,
  { campaignId, search, ...filter }: FoundBy,
  { limit, cursor }: PageRequest,
): Promise<Page<StoredCommunication>> {
  const finding = findRows(search, filter, { limit, after: readCursor(cursor, FOUND_KEY) });
  let step = finding.next();
  while (!step.done) {
    const { limit, ...wanted } = step.value;
    const sort = { ...(wanted.by === "address" ? ({ to: 1 } as const) : {}), _id: 1 } as const;
    const rows = await communications.find(rangeOf(campaignId, wanted)).sort(sort).limit(limit).toArray();
    step = finding.next(rows.map(toLog));
  }
  return { items: step.value.rows, nextCursor: step.value.next ? encodeCursor(step.value.next) : null };
}

function rangeOf(campaignId: string, { by, from, end, after }: Omit<RowLook, "limit">): Filter<CommunicationDocument> {
  const id = (customerId: string): string => logId(campaignId, customerId);
  if (by === "customerId") {
    const first = after ? { $gt: id(after.customerId) } : { $gte: id(from) };
    return { _id: { ...first, $lt: end === undefined ? idsOfCampaign(campaignId).$lt : id(end) } };
  }
  const tests: Filter<CommunicationDocument>[] = [
    { campaignId: { $eq: campaignId } },
    { to: { $gte: after?.address ?? from } },
    ...(end === undefined ? [] : [{ to: { $lt: end } }]),
    ...(after ? [{ $or: [{ to: { $gt: after.address } }, { _id: { $gt: id(after.customerId) } }] }] : []),
  ];
  return { $and: tests };
}

import type { LogFilter } from "../../engine/campaigns.js";
import { invalid } from "../../errors.js";
import type { StoredCommunication } from "../../model/communication-log.js";
import { withoutUndefined } from "../../model/record-of.js";
import type { Page, PageRequest } from "../../ports/page.js";
import { rowSearch } from "../../query/log-search.js";
import { type CommunicationLog, viewCommunication } from "../../view/communication-log.js";
import { viewPage } from "../../view/page.js";
import type { EngineParts } from "../engine-parts.js";
import { getCampaign } from "./change-campaign.js";

/** A page of log rows; of a campaign's, `not_found` where there is no such campaign. */
export async function readLog(parts: EngineParts, filter: LogFilter, page: PageRequest): Promise<Page<CommunicationLog>> {
  const rows = await findRows(parts, filter, page);
  const people = filter.names ? await namesOf(parts, rows.items) : undefined;
  return viewPage(rows, (row) => viewCommunication(row, people?.get(row.id)));
}

async function findRows(parts: EngineParts, filter: LogFilter, page: PageRequest): Promise<Page<StoredCommunication>> {
  const { campaignId, customerId, status, reason, search } = filter;
  const { communications } = parts.store;
  if (campaignId !== undefined) await getCampaign(parts, campaignId);
  const rows = withoutUndefined({ status, reason });
  if (search === undefined) return communications.list({ ...withoutUndefined({ campaignId, customerId }), ...rows }, page);
  const wanted = rowSearch(search);
  if (wanted.customerId === "") throw invalid([{ path: "search", message: "must not be empty" }]);
  if (campaignId === undefined || customerId !== undefined)
    throw invalid([{ path: "search", message: "goes through the rows of a campaign: name one, and no customer" }]);
  return communications.search({ campaignId, search: wanted, ...rows }, page);
}

/** By row. Whoever was made under an id after its erasure is not the one whom the row was about. */
async function namesOf(
  { store }: EngineParts,
  rows: readonly StoredCommunication[],
): Promise<ReadonlyMap<string, NonNullable<CommunicationLog["customer"]>>> {
  const customers = await store.customers.getMany([...new Set(rows.map(({ customerId }) => customerId))]);
  const byId = new Map(customers.map((customer) => [customer.id, customer]));
  return new Map(
    rows.flatMap(({ id, customerId, plannedAt }) => {
      const customer = byId.get(customerId);
      if (customer === undefined || customer.createdAt > plannedAt) return [];
      const { name, email, phone } = customer;
      return [[id, withoutUndefined({ name, email, phone })] as const];
    }),
  );
}

import type { LogFilter } from "../../engine/campaigns.js";
import { invalid } from "../../errors.js";
import { withoutUndefined } from "../../model/record-of.js";
import type { Page, PageRequest } from "../../ports/page.js";
import { rowSearch } from "../../query/log-search.js";
import { type CommunicationLog, viewCommunication } from "../../view/communication-log.js";
import { viewPage } from "../../view/page.js";
import type { EngineParts } from "../engine-parts.js";
import { getCampaign } from "./change-campaign.js";

/** A page of log rows; of a campaign's, `not_found` where there is no such campaign. */
export async function readLog(parts: EngineParts, filter: LogFilter, page: PageRequest): Promise<Page<CommunicationLog>> {
  const { campaignId, customerId, status, reason, search } = filter;
  const { communications } = parts.store;
  if (campaignId !== undefined) await getCampaign(parts, campaignId);
  const rows = withoutUndefined({ status, reason });
  if (search === undefined)
    return viewPage(
      await communications.list({ ...withoutUndefined({ campaignId, customerId }), ...rows }, page),
      viewCommunication,
    );
  const wanted = rowSearch(search);
  if (wanted.customerId === "") throw invalid([{ path: "search", message: "must not be empty" }]);
  if (campaignId === undefined || customerId !== undefined)
    throw invalid([{ path: "search", message: "goes through the rows of a campaign: name one, and no customer" }]);
  return viewPage(await communications.search({ campaignId, search: wanted, ...rows }, page), viewCommunication);
}

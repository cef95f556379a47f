import { all, type Explanation, type ExplanationNode, field, not, orderField, orders, type Rule } from "@crm-engine/core";
import type { ApiClient } from "./api-client.js";

export const EVERYONE: Rule = all();

/** "Spent over 1,000, and no order since 9 November 2011." */
export const LAPSED: Rule = all(field("totalSpend").gt(1000), not(field("lastOrderAt").after("2011-11-08")));

/** "At least 3 purchases with a white hanging heart T-light holder in the last 90 days." */
export const HEART_BUYERS: Rule = orders({ where: orderField("sku").eq("85123A"), within: { days: 90 } }).count.gte(3);

/** "Bought in December 2010, and never since." */
export const DECEMBER_ONLY: Rule = all(
  orders({ where: orderField("placedAt").between("2010-12-01", "2011-01-01") }).count.gte(1),
  orders({ where: orderField("placedAt").after("2010-12-31") }).count.eq(0),
);

/** The end of the data: its last line is of the afternoon before. */
const AS_OF = "2011-12-10T00:00:00Z";
/** Small enough for several pages. */
const PAGE_SIZE = 25;

/** What the API tells of an audience at the end of the data, in each of its ways. */
export interface Audience {
  /** The rule in words. */
  readonly description: string;
  readonly estimate: number;
  /** Ids, by pages and as the download has them. */
  readonly members: readonly string[];
  readonly download: readonly string[];
  /** Why somebody is in or out, by id. */
  readonly reasons: Readonly<Record<string, Reason>>;
}

interface Reason {
  readonly matches: boolean;
  /** What each test of the rule saw. */
  readonly seen: readonly unknown[];
}

export async function readAudience(api: ApiClient, rule: Rule, customerIds: readonly string[]): Promise<Audience> {
  const path = "/api/segments";
  const estimate = await api.post<{ readonly count: number }>(`${path}/estimate`, { rule, asOf: AS_OF });
  const segment = await api.post<{ readonly id: string; readonly description: string }>(path, { name: "Buyers", rule });
  const members = await api.all<{ readonly id: string }>(`${path}/${segment.body.id}/customers?asOf=${AS_OF}&`, PAGE_SIZE);
  const [, ...rows] = (await api.text(`${path}/${segment.body.id}/customers.csv?asOf=${AS_OF}`)).trim().split("\n");
  const reasons = customerIds.map(async (id) => [id, await reasonOf(api, rule, id)] as const);
  return {
    description: segment.body.description,
    estimate: estimate.body.count,
    members: members.map(({ id }) => id),
    download: rows.map((row) => row.slice(0, row.indexOf(","))),
    reasons: Object.fromEntries(await Promise.all(reasons)),
  };
}

async function reasonOf(api: ApiClient, rule: Rule, customerId: string): Promise<Reason> {
  const asked = { rule, asOf: AS_OF, customerId };
  const { body } = await api.post<Explanation>("/api/segments/explain", asked);
  return { matches: body.matches, seen: seenIn(body.tree) };
}

function seenIn(tree: ExplanationNode): readonly unknown[] {
  if ("children" in tree) return tree.children.flatMap(seenIn);
  return tree.kind === "segment" ? seenIn(tree.tree) : [tree.seen];
}

import { linesOf } from "./lines.fixture.js";
import type { Figures } from "./main-job.js";

/** Straight on the lines of the file: a purchase is an invoice that is no cancellation (C…) and has a customer. */
const HEART_BUYERS = `
  SELECT customer FROM lines
  WHERE invoice NOT LIKE 'C%' AND customer <> ''
    AND sku = '85123A' AND at >= date('2011-12-10', '-90 days') AND at < '2011-12-10'
  GROUP BY customer HAVING count(DISTINCT invoice) >= 3
  ORDER BY customer`;
const DECEMBER_ONLY = `
  SELECT DISTINCT customer FROM lines
  WHERE invoice NOT LIKE 'C%' AND customer <> '' AND at >= '2010-12-01' AND at < '2011-01-01'
    AND customer NOT IN (SELECT customer FROM lines WHERE invoice NOT LIKE 'C%' AND at >= '2011-01-01')
  ORDER BY customer`;

/** The audiences as they must come out. Their people are those of the SQL above: nothing here is the engine's. */
export async function audiencesByHand(file: string): Promise<Figures["audiences"]> {
  const lines = await linesOf(file);
  const people = (sql: string): readonly string[] =>
    lines
      .prepare(sql)
      .all()
      .map(({ customer }: { readonly customer: string }) => customer);
  const [heartBuyers, decemberOnly] = [people(HEART_BUYERS), people(DECEMBER_ONLY)];
  lines.close();
  return {
    heartBuyers: {
      description: "bought at least 3 times in the last 90 days where sku is 85123A",
      estimate: heartBuyers.length,
      members: heartBuyers,
      download: heartBuyers,
      reasons: { "12747": { matches: true, seen: [3] }, "14649": { matches: false, seen: [2] } },
    },
    decemberOnly: {
      description:
        "bought at least once where placed between 2010-12-01 and the end of 2011-01-01 and never bought where placed after 2010-12-31",
      estimate: decemberOnly.length,
      members: decemberOnly,
      download: decemberOnly,
      reasons: { "17850": { matches: true, seen: [34, 0] }, "18097": { matches: false, seen: [1, 5] } },
    },
  };
}

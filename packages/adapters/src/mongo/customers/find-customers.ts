import {
  type AudiencePreview,
  type Condition,
  type Page,
  type PageRequest,
  pageOf,
  type QueryOptions,
  type ReachQuestion,
  readCursor,
  type StoredCustomer,
} from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import { runPipeline } from "../database/run-pipeline.js";
import { analyseCondition } from "../query/analyse-condition.js";
import { countCustomers, type PipelineOn, type Tally } from "../query/count-customers.js";
import { countReach, type ReachTally, reachIn } from "../query/count-reach.js";
import { NOT_ERASED } from "../query/not-erased.js";
import { pageByCustomer, pageByRows, someByRows } from "../query/page-customers.js";
import { FEW_ROWS } from "../query/selectivity.js";
import type { Collections } from "../schema/collections.js";
import { type CustomerDocument, toStoredCustomer } from "../schema/customer-documents.js";

/** So many customers are tested one by one before a page is made from the rows of a relation. */
const TESTED_FIRST = 3_000;
/** The same for a preview's examples, where the count gave none. */
const TESTED_FOR_EXAMPLES = 300;

export async function findCustomers(
  collections: Collections,
  condition: Condition,
  page: PageRequest,
  options?: QueryOptions,
): Promise<Page<StoredCustomer>> {
  const analysed = analyseCondition(condition);
  const wanted = { limit: page.limit + 1, after: readCursor(page.cursor, ["string"])?.[0] };
  const byRows = pageByRows(analysed, collections, wanted);
  const testEach = (most?: number) =>
    run<CustomerDocument>(collections, pageByCustomer(analysed, collections, wanted, most), options);
  const tested = byRows?.selectivity === FEW_ROWS ? [] : await testEach(byRows && TESTED_FIRST);
  const found = byRows && tested.length < wanted.limit ? await run<CustomerDocument>(collections, byRows, options) : tested;
  return pageOf(found, page, ({ _id }) => [_id], toStoredCustomer);
}

export async function countMatching(collections: Collections, condition: Condition, options?: QueryOptions): Promise<number> {
  return total(await run<Tally>(collections, countCustomers(analyseCondition(condition), collections), options));
}

/** So many more examples are asked for than wanted where tombstones may be among them. */
const SPARE = 10;

/**
 * Examples come from the pass that counts, unless an index leads to some sooner: keeping documents from a `$group` is expensive on
 * DocumentDB. Where neither finds enough, a few customers are tested one by one.
 */
export async function previewCustomers(
  collections: Collections,
  condition: Condition,
  examples: number,
  options?: QueryOptions,
): Promise<AudiencePreview> {
  if (examples === 0) return { count: await countMatching(collections, condition, options), examples: [] };
  const analysed = analyseCondition(condition);
  const asked = analysed.mayHoldForErased ? examples + SPARE : examples;
  const byRows = someByRows(analysed, collections, asked);
  const [tallies, byIndex] = await Promise.all([
    run<Tally>(collections, countCustomers(analysed, collections, byRows ? 0 : asked), options),
    byRows ? run<CustomerDocument>(collections, byRows, options) : [],
  ]);
  const count = total(tallies);
  const wanted = Math.min(examples, count);
  const found = byRows ? byIndex : await notErased(collections, tallies, examples);
  if (found.length >= wanted) return { count, examples: found.slice(0, wanted).map(toStoredCustomer) };
  const testEach = pageByCustomer(analysed, collections, { limit: examples }, TESTED_FOR_EXAMPLES);
  const tested = await run<CustomerDocument>(collections, testEach, options);
  const shown = tested.length > found.length ? tested : found;
  return { count, examples: shown.slice(0, wanted).map(toStoredCustomer) };
}

/** With what `reachOf` says of those counted, in one pass. */
export async function previewReach(
  collections: Collections,
  condition: Condition,
  { examples, reach: question }: { readonly examples: number; readonly reach: ReachQuestion },
  options?: QueryOptions,
): Promise<AudiencePreview> {
  const analysed = analyseCondition(condition);
  const byRows = examples > 0 ? someByRows(analysed, collections, examples + SPARE) : undefined;
  const [tallies, byIndex] = await Promise.all([
    run<ReachTally>(collections, countReach(analysed, collections, question, byRows ? 0 : examples), options),
    byRows ? run<CustomerDocument>(collections, byRows, options) : [],
  ]);
  const { count, reach } = reachIn(tallies);
  const wanted = Math.min(examples, count);
  const found = byRows ? byIndex : await notErased(collections, tallies, examples);
  const testEach = pageByCustomer(analysed, collections, { limit: examples }, TESTED_FOR_EXAMPLES);
  const shown = found.length >= wanted ? found : await run<CustomerDocument>(collections, testEach, options);
  return { count, reach, examples: shown.slice(0, wanted).map(toStoredCustomer) };
}

async function notErased(
  { customers }: Collections,
  tallies: readonly Pick<Tally, "examples">[],
  limit: number,
): Promise<CustomerDocument[]> {
  const ids = tallies.flatMap(({ examples = [] }) => examples);
  return ids.length === 0
    ? []
    : customers
        .find({ _id: { $in: ids }, ...NOT_ERASED })
        .limit(limit)
        .toArray();
}

/** Not below zero, where rows that came between two reads were subtracted though their customers had not been counted. */
function total(tallies: readonly Tally[]): number {
  return Math.max(
    0,
    tallies.reduce((sum, { n }) => sum + n, 0),
  );
}

function run<T extends Document>(
  collections: Collections,
  { on, stages }: PipelineOn,
  options?: QueryOptions,
): Promise<readonly T[]> {
  return runPipeline<T>(collections[on], stages, options);
}

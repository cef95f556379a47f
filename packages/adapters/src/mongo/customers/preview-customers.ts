import type { AudiencePreview, Condition, QueryOptions, ReachQuestion } from "@crm-engine/core/ports";
import { type AnalysedCondition, analyseCondition } from "../query/analyse-condition.js";
import { countCustomers, type Tally } from "../query/count-customers.js";
import {
  countReach,
  type ExceptionalTally,
  exceptionalOfFew,
  FEW_CUSTOMERS,
  idsOfFew,
  LOOK_UPS,
  type ReachTally,
  reachIn,
  reachOfFew,
  type Selected,
} from "../query/count-reach.js";
import { NOT_ERASED } from "../query/not-erased.js";
import { pageByCustomer, someByRows } from "../query/page-customers.js";
import type { Collections } from "../schema/collections.js";
import { type CustomerDocument, toStoredCustomer } from "../schema/customer-documents.js";
import { countMatching, runOn, total } from "./find-customers.js";

/** So many customers are tested one by one for a preview's examples, where the count gave none. */
const TESTED_FOR_EXAMPLES = 300;
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
    runOn<Tally>(collections, countCustomers(analysed, collections, byRows ? 0 : asked), options),
    byRows ? runOn<CustomerDocument>(collections, byRows, options) : [],
  ]);
  const count = total(tallies);
  const wanted = Math.min(examples, count);
  const found = byRows ? byIndex : await notErased(collections, examplesIn(tallies), examples);
  if (found.length >= wanted) return { count, examples: found.slice(0, wanted).map(toStoredCustomer) };
  const testEach = pageByCustomer(analysed, collections, { limit: examples }, TESTED_FOR_EXAMPLES);
  const tested = await runOn<CustomerDocument>(collections, testEach, options);
  const shown = tested.length > found.length ? tested : found;
  return { count, examples: shown.slice(0, wanted).map(toStoredCustomer) };
}

/**
 * With what `reachOf` says of those counted, in one pass; or, where rows of a relation select few, in two: their ids, and then the
 * exceptional of these customers.
 */
export async function previewReach(
  collections: Collections,
  condition: Condition,
  { examples, reach: question }: { readonly examples: number; readonly reach: ReachQuestion },
  options?: QueryOptions,
): Promise<AudiencePreview> {
  const analysed = analyseCondition(condition);
  const few = await fewByRows(collections, analysed, options);
  const byRows = examples > 0 && !few ? someByRows(analysed, collections, examples + SPARE) : undefined;
  const [tallies, found] = await Promise.all([
    few
      ? tallyFew(collections, few, question, options)
      : runOn<ReachTally>(collections, countReach(analysed, collections, question, byRows ? 0 : examples), options),
    few
      ? notErased(collections, few.slice(0, examples + SPARE), examples)
      : byRows
        ? runOn<CustomerDocument>(collections, byRows, options)
        : undefined,
  ]);
  const { count, reach } = reachIn(tallies);
  const wanted = Math.min(examples, count);
  const first = found ?? (await notErased(collections, examplesIn(tallies), examples));
  const testEach = pageByCustomer(analysed, collections, { limit: examples }, TESTED_FOR_EXAMPLES);
  const shown = first.length >= wanted ? first : await runOn<CustomerDocument>(collections, testEach, options);
  return { count, reach, examples: shown.slice(0, wanted).map(toStoredCustomer) };
}

/** The ids of those whom rows select, where they are few, in the order of the index that they are looked up in. */
async function fewByRows(
  collections: Collections,
  condition: AnalysedCondition,
  options?: QueryOptions,
): Promise<readonly string[] | undefined> {
  const ofFew = idsOfFew(condition, collections);
  if (!ofFew) return undefined;
  const ids = (await runOn<Selected>(collections, ofFew, options)).flatMap((selected) => selected.ids);
  return ids.length <= FEW_CUSTOMERS ? ids.sort() : undefined;
}

async function tallyFew(
  collections: Collections,
  ids: readonly string[],
  question: ReachQuestion,
  options?: QueryOptions,
): Promise<readonly ReachTally[]> {
  const size = Math.ceil(ids.length / LOOK_UPS);
  const exceptional = Array.from({ length: LOOK_UPS }, (_, part) =>
    runOn<ExceptionalTally>(collections, exceptionalOfFew(ids.slice(part * size, (part + 1) * size), question), options),
  );
  return reachOfFew(ids, (await Promise.all(exceptional)).flat());
}

function examplesIn(tallies: readonly Pick<Tally, "examples">[]): readonly string[] {
  return tallies.flatMap(({ examples = [] }) => examples);
}

async function notErased(
  { customers }: Collections,
  ids: readonly string[],
  limit: number,
): Promise<readonly CustomerDocument[]> {
  return ids.length === 0
    ? []
    : customers
        .find({ _id: { $in: [...ids] }, ...NOT_ERASED })
        .limit(limit)
        .toArray();
}

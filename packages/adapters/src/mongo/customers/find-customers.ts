import {
  type Condition,
  type Page,
  type PageRequest,
  pageOf,
  type QueryOptions,
  readCursor,
  type StoredCustomer,
} from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import { runPipeline } from "../database/run-pipeline.js";
import { analyseCondition } from "../query/analyse-condition.js";
import { countCustomers, type PipelineOn, type Tally } from "../query/count-customers.js";
import { pageByCustomer, pageByRows } from "../query/page-customers.js";
import { FEW_ROWS } from "../query/selectivity.js";
import type { Collections } from "../schema/collections.js";
import { type CustomerDocument, toStoredCustomer } from "../schema/customer-documents.js";

/** So many customers are tested one by one before a page is made from the rows of a relation. */
const TESTED_FIRST = 3_000;

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
    runOn<CustomerDocument>(collections, pageByCustomer(analysed, collections, wanted, most), options);
  const tested = byRows?.selectivity === FEW_ROWS ? [] : await testEach(byRows && TESTED_FIRST);
  const found = byRows && tested.length < wanted.limit ? await runOn<CustomerDocument>(collections, byRows, options) : tested;
  return pageOf(found, page, ({ _id }) => [_id], toStoredCustomer);
}

export async function countMatching(collections: Collections, condition: Condition, options?: QueryOptions): Promise<number> {
  return total(await runOn<Tally>(collections, countCustomers(analyseCondition(condition), collections), options));
}

/** Not below zero, where rows that came between two reads were subtracted though their customers had not been counted. */
export function total(tallies: readonly Tally[]): number {
  return Math.max(
    0,
    tallies.reduce((sum, { n }) => sum + n, 0),
  );
}

/** What a pipeline gives, on its collection. */
export function runOn<T extends Document>(
  collections: Collections,
  { on, stages }: PipelineOn,
  options?: QueryOptions,
): Promise<readonly T[]> {
  return runPipeline<T>(collections[on], stages, options);
}

import {
  type AudiencePreview,
  type Condition,
  type Page,
  type PageRequest,
  pageOf,
  type QueryOptions,
  readCursor,
  type StoredCustomer,
} from "@crm-engine/core/ports";
import type { Abortable, AggregateOptions, Collection, Document } from "mongodb";
import { type CountPipeline, countCustomers, type Tally } from "../query/count-customers.js";
import { LIVING, mayHoldForErased } from "../query/not-erased.js";
import { pageByCustomer, pageByRows, someByRows } from "../query/page-customers.js";
import type { Collections } from "../schema/collections.js";
import { type CustomerDocument, toStoredCustomer } from "../schema/customer-documents.js";

/** So many customers are looked at, one by one, before all rows of a history are. */
const LOOKED_AT = 3_000;
/** For examples that the count did not give. */
const LOOKED_AT_FOR_EXAMPLES = 300;

export async function findCustomers(
  collections: Collections,
  condition: Condition,
  page: PageRequest,
  options?: QueryOptions,
): Promise<Page<StoredCustomer>> {
  const wanted = { limit: page.limit + 1, after: readCursor(page.cursor, ["string"])?.[0] };
  const byRows = pageByRows(condition, collections, wanted);
  const look = (most?: number) =>
    run<CustomerDocument>(collections, pageByCustomer(condition, collections, wanted, most), options);
  const looked = byRows?.breadth === 0 ? [] : await look(byRows && LOOKED_AT);
  const rows = byRows && looked.length < wanted.limit ? await run<CustomerDocument>(collections, byRows, options) : looked;
  return pageOf(rows, page, ({ _id }) => [_id], toStoredCustomer);
}

export async function countMatching(collections: Collections, condition: Condition, options?: QueryOptions): Promise<number> {
  return total(await run<Tally>(collections, countCustomers(condition, collections), options));
}

/** Of examples that may be of the erased, so many more are asked for than wanted. */
const SPARE = 10;

/**
 * Examples come from the pass that counts, but where an index leads to some sooner: to keep some of the documents that a group has
 * just made is dear on DocumentDB. Where neither finds any, a few customers are looked at.
 */
export async function previewCustomers(
  collections: Collections,
  condition: Condition,
  examples: number,
  options?: QueryOptions,
): Promise<AudiencePreview> {
  if (examples === 0) return { count: await countMatching(collections, condition, options), examples: [] };
  const asked = mayHoldForErased(condition) ? examples + SPARE : examples;
  const byRows = someByRows(condition, collections, asked);
  const [tallies, sooner] = await Promise.all([
    run<Tally>(collections, countCustomers(condition, collections, byRows ? 0 : asked), options),
    byRows ? run<CustomerDocument>(collections, byRows, options) : [],
  ]);
  const count = total(tallies);
  const wanted = Math.min(examples, count);
  const found = byRows ? sooner : await living(collections, tallies, examples);
  if (found.length >= wanted) return { count, examples: found.slice(0, wanted).map(toStoredCustomer) };
  const look = pageByCustomer(condition, collections, { limit: examples }, LOOKED_AT_FOR_EXAMPLES);
  const looked = await run<CustomerDocument>(collections, look, options);
  const shown = looked.length > found.length ? looked : found;
  return { count, examples: shown.slice(0, wanted).map(toStoredCustomer) };
}

async function living({ customers }: Collections, tallies: readonly Tally[], limit: number): Promise<CustomerDocument[]> {
  const ids = tallies.flatMap(({ examples = [] }) => examples);
  return ids.length === 0
    ? []
    : customers
        .find({ _id: { $in: ids }, ...LIVING })
        .limit(limit)
        .toArray();
}

function total(tallies: readonly Tally[]): number {
  return tallies.reduce((sum, { n }) => sum + n, 0);
}

/** A server that doesn't notice that nobody waits any more gives up after this. */
const ABANDONED_AFTER_MS = 60_000;

/** The driver closes the connection of a call that is called off, and by that the server knows. */
async function run<T extends Document>(
  collections: Collections,
  { on, stages }: CountPipeline,
  { signal }: QueryOptions = {},
): Promise<readonly T[]> {
  signal?.throwIfAborted();
  const collection: Pick<Collection, "aggregate"> = collections[on];
  const stoppable: AggregateOptions & Abortable = signal ? { signal, maxTimeMS: ABANDONED_AFTER_MS } : {};
  return collection.aggregate<T>([...stages], { allowDiskUse: true, ...stoppable }).toArray();
}

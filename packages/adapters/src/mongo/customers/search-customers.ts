import {
  compareCodePoints,
  firstTerm,
  type Page,
  type PageRequest,
  pageOf,
  prefixEnd,
  readCursor,
  type StoredCustomer,
} from "@crm-engine/core/ports";
import type { Collection } from "mongodb";
import { literalPattern } from "../query/literal-pattern.js";
import { NOT_ERASED } from "../query/not-erased.js";
import { type CustomerDocument, toStoredCustomer } from "../schema/customer-documents.js";

type Terms = Pick<CustomerDocument, "_id" | "terms">;
/** A term of a customer, in the order of the list: by term, then by id. */
interface TermRow extends Terms {
  readonly term: string;
}

/** A range with fewer customers than this is sorted here. */
const SORTED_HERE = 500;

/** Goes through the terms in order. A customer with several that begin so is shown at the first, and passed over at the others. */
export async function searchCustomers(
  customers: Collection<CustomerDocument>,
  prefix: string,
  page: PageRequest,
): Promise<Page<StoredCustomer>> {
  const after = readCursor(page.cursor, ["string", "string"]) ?? [prefix, ""];
  const found: TermRow[] = [];
  for await (const row of termsAfter(customers, after, prefix, page.limit + 1)) {
    if (firstTerm(row.terms, prefix) === row.term) found.push(row);
    if (found.length > page.limit) break;
  }
  const { items, nextCursor } = pageOf(
    found,
    page,
    ({ term, _id }) => [term, _id],
    ({ _id }) => _id,
  );
  const documents = await customers.find({ _id: { $in: [...items] }, ...NOT_ERASED }).toArray();
  const byId = new Map(documents.map((document) => [document._id, document]));
  const shown = items.map((id) => byId.get(id)).filter((document) => document !== undefined);
  return { items: shown.map(toStoredCustomer), nextCursor };
}

/**
 * Terms that begin with the prefix, in their order. No server sorts an array's elements by an index, so that a range with too many customers is
 * narrowed by the terms of some of them, whichever these are, until what is left can be sorted here.
 */
async function* termsAfter(
  customers: Collection<CustomerDocument>,
  [term, id]: readonly [string, string],
  prefix: string,
  size: number,
): AsyncGenerator<TermRow> {
  const end = prefixEnd(prefix);
  yield* sameTerm(customers, term, id, size);
  let from = term;
  let to = end;
  for (;;) {
    const beginning = to === undefined || to === end ? prefix : commonBeginning(from, to);
    const range = { $gt: from, ...(to === undefined ? {} : { $lt: to }) };
    const some = await customers
      // DocumentDB has no index for a range of an array's elements: what those of this one begin with leads to them.
      .find({ $and: [{ terms: { $elemMatch: range } }, { terms: { $regex: `^${literalPattern(beginning)}` } }] })
      .limit(SORTED_HERE)
      .project<Terms>({ terms: 1 })
      .toArray();
    const rows = rowsWithin(some, from, to);
    if (some.length === SORTED_HERE) {
      // Fewer by half, if these are any: of the lower half all may have one term.
      to = rows[Math.floor(rows.length / 2)]?.term;
      continue;
    }
    yield* rows;
    if (to === end || to === undefined) return;
    yield* sameTerm(customers, to, "", size);
    from = to;
    to = end;
  }
}

/** Those who have the term, by id. */
async function* sameTerm(
  customers: Collection<CustomerDocument>,
  term: string,
  id: string,
  size: number,
): AsyncGenerator<TermRow> {
  let after = id;
  for (;;) {
    const some = await customers
      .find({ terms: { $eq: term }, _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(size)
      .project<Terms>({ terms: 1 })
      .toArray();
    for (const one of some) yield { ...one, term };
    if (some.length < size) return;
    after = some.at(-1)?._id ?? after;
  }
}

/** What both, and all texts between them, begin with. */
function commonBeginning(one: string, other: string): string {
  let common = "";
  for (const character of one) {
    if (!other.startsWith(common + character)) break;
    common += character;
  }
  return common;
}

function rowsWithin(some: readonly Terms[], from: string, to: string | undefined): readonly TermRow[] {
  const isWithin = (term: string): boolean =>
    compareCodePoints(term, from) > 0 && (to === undefined || compareCodePoints(term, to) < 0);
  const rows = some.flatMap((one) => one.terms.filter(isWithin).map((term) => ({ ...one, term })));
  return rows.sort((a, b) => compareCodePoints(a.term, b.term) || compareCodePoints(a._id, b._id));
}

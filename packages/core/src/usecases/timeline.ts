import type { CustomersApi } from "../engine/customers.js";
import { notFound } from "../errors.js";
import { addressFieldOf, CHANNELS } from "../model/channel.js";
import { compareCodePoints } from "../model/code-points.js";
import type { StoredCommunication } from "../model/communication-log.js";
import type { FoldedEvidence } from "../model/contact/suppression.js";
import type { StoredCustomer } from "../model/customer.js";
import { formatInstant, type Instant } from "../model/instant.js";
import { RECEIPT_STATUSES } from "../model/receipt.js";
import { encodeCursor, type Page, type PageRequest, pageOf, readCursor } from "../ports/page.js";
import { viewOrder } from "../view/order.js";
import { evidenceIn } from "../view/suppression.js";
import { TIMELINE_KINDS, type TimelineItem, type TimelineKind } from "../view/timeline.js";
import type { EngineParts } from "./engine-parts.js";

const LOG_PAGE = 500;

/** An item with its place: by time, then by key, both descending. No two have the same key. */
interface Placed {
  readonly at: Instant;
  readonly key: string;
  readonly item: TimelineItem;
}

interface Place extends Pick<Placed, "at" | "key"> {}

/** What is asked of each source: its first `limit` items after a place. */
interface Question {
  readonly customer: StoredCustomer;
  readonly after: Place | undefined;
  readonly limit: number;
}

type Source = (parts: EngineParts, question: Question) => Promise<readonly Placed[]>;

const SOURCES: Readonly<Record<TimelineKind, Source>> = {
  order: ordersAfter,
  message: messagesAfter,
  consent: async (_, { customer }) => consentOf(customer),
  evidence: evidenceOf,
};

/**
 * A merge of ordered sources, each of which gives no more than a page. A customer who was made anew under an erased id has a timeline from
 * then on.
 */
export function createTimeline(parts: EngineParts): Pick<CustomersApi, "timeline"> {
  return {
    timeline: async (id, page, { kinds = TIMELINE_KINDS } = {}) => {
      const key = readCursor(page.cursor, ["number", "string"]);
      const customer = await parts.store.customers.get(id);
      if (!customer) throw notFound("customer", id);
      const after = key && { at: key[0], key: key[1] };
      const since = await bornAfter(parts, id);
      const question = { customer, after, limit: page.limit + 1 };
      const found = await Promise.all([...new Set(kinds)].map((kind) => SOURCES[kind](parts, question)));
      const kept = found.flat().filter((placed) => isAfter(placed, after) && (placed.item.kind === "order" || placed.at > since));
      return pageIn(kept, page);
    },
  };
}

/** Up to when what happened under the id was somebody else's. */
async function bornAfter({ store }: EngineParts, id: string): Promise<Instant> {
  const erasure = await store.erasures.get(id);
  return erasure ? Math.floor(erasure.stamp / 1_000) : Number.NEGATIVE_INFINITY;
}

function pageIn(placed: readonly Placed[], page: PageRequest): Page<TimelineItem> {
  return pageOf(
    [...placed].sort(byPlace),
    page,
    ({ at, key }) => [at, key],
    ({ item }) => item,
  );
}

function byPlace(a: Place, b: Place): number {
  return b.at - a.at || compareCodePoints(b.key, a.key);
}

function isAfter(place: Place, after: Place | undefined): boolean {
  return after === undefined || byPlace(after, place) < 0;
}

const ORDER_KEY = "order:";

/** Their keys are above those of the other kinds: after a place of another kind come orders of an earlier time. */
async function ordersAfter({ store, context }: EngineParts, { customer, after, limit }: Question): Promise<readonly Placed[]> {
  const isOrder = after?.key.startsWith(ORDER_KEY);
  const { items } = await store.orders.list(
    { customerId: customer.id, present: true, ...(after && !isOrder ? { to: after.at } : {}) },
    { limit, ...(after && isOrder ? { cursor: encodeCursor([after.at, after.key.slice(ORDER_KEY.length)]) } : {}) },
  );
  return items.map((order) => ({
    at: order.placedAt,
    key: `${ORDER_KEY}${order.id}`,
    item: { at: formatInstant(order.placedAt), kind: "order", order: viewOrder(order, context) },
  }));
}

/** A customer's log is read whole, page by page, and no more is kept of it than was asked for. */
async function messagesAfter(parts: EngineParts, { customer, after, limit }: Question): Promise<readonly Placed[]> {
  const { communications } = parts.store;
  const since = await bornAfter(parts, customer.id);
  let kept: readonly Placed[] = [];
  let cursor: string | undefined;
  do {
    const page = await communications.list(
      { customerId: customer.id },
      { limit: LOG_PAGE, ...(cursor === undefined ? {} : { cursor }) },
    );
    const own = page.items.filter(({ plannedAt }) => plannedAt > since);
    const turns = own.flatMap(turnsOf).filter((placed) => isAfter(placed, after));
    kept = [...kept, ...turns].sort(byPlace).slice(0, limit);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return kept;
}

/** What was seen of a message; of one that ended without that, how. */
function turnsOf({ id, campaignId, channel, status, reason, evidence, updatedAt }: StoredCommunication): readonly Placed[] {
  const seen = RECEIPT_STATUSES.flatMap((event) => {
    const at = evidence[event];
    return at === undefined ? [] : [{ event, at }];
  });
  const ended = status === "skipped" || status === "unknown" || (status === "failed" && evidence.failed === undefined);
  const turns = ended ? [...seen, { event: status, at: updatedAt }] : seen;
  return turns.map(({ event, at }) => {
    const why = reason !== undefined && event === status ? { reason } : {};
    return {
      at,
      key: `message:${event}:${id}`,
      item: { at: formatInstant(at), kind: "message", event, logId: id, campaignId, channel, ...why },
    };
  });
}

/** What was said last of each channel, where it is known when. */
function consentOf({ consent }: StoredCustomer): readonly Placed[] {
  return CHANNELS.flatMap((channel): readonly Placed[] => {
    const said = consent[channel];
    if (said?.at === undefined) return [];
    const { at, state, by } = said;
    return [{ at, key: `consent:${channel}`, item: { at: formatInstant(at), kind: "consent", channel, state, by } }];
  });
}

async function evidenceOf({ store }: EngineParts, { customer }: Question): Promise<readonly Placed[]> {
  const keys = CHANNELS.flatMap((channel) => {
    const hash = customer.addressHashes[addressFieldOf(channel)];
    return hash === undefined ? [] : [{ channel, hash }];
  });
  const known = keys.length === 0 ? [] : await store.suppressions.getMany(keys);
  return known.flatMap(({ channel, ...folded }) =>
    suppressionIn(folded).map(({ kind, at, reason }, index): Placed => {
      const why = reason === undefined ? {} : { reason };
      return {
        at,
        key: `evidence:${channel}:${kind}:${String(index).padStart(2, "0")}`,
        item: { at: formatInstant(at), kind: "evidence", channel, evidence: kind, ...why },
      };
    }),
  );
}

/** That something was delivered is in the messages, and says nothing of its own. */
function suppressionIn(known: FoldedEvidence) {
  return evidenceIn(known).filter(({ kind }) => kind !== "delivered");
}

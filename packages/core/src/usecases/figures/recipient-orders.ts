import { isOver, type StoredCampaign } from "../../model/campaign.js";
import type { Instant } from "../../model/instant.js";
import { hoursOf, STALE_HOUR_MS } from "../../ports/figures.js";
import type { RecipientOrders, TimeSpan } from "../../ports/orders.js";
import type { EngineParts } from "../engine-parts.js";

const DAY_HOURS = 24;
/** Marks that are looked through for hours of a time; with more, orders of the time are taken to have changed. */
const MARKS = 200;
/** While orders go on changing, an answer is counted again when it is this old. */
const MAX_AGE_MS = 10_000;

/** What a version is kept of: a day (UTC) of orders. The mender raises it with each day that it computes again. */
export function ordersSubject(hour: number): string {
  return `orders/${Math.floor(hour / DAY_HOURS)}`;
}

export interface CountedOrders {
  readonly asOf: Instant;
  readonly of: RecipientOrders;
}

interface Kept extends CountedOrders {
  readonly versions: string;
}

type Parts = Pick<EngineParts, "store" | "clock">;

/**
 * The orders of a campaign's recipients in a time. Kept while no order of the time has changed, and no row of the campaign; while they do, at
 * most ten seconds old.
 */
export async function recipientOrders(
  { store, clock }: Parts,
  campaign: Pick<StoredCampaign, "id" | "status">,
  time: TimeSpan,
  options: { readonly signal?: AbortSignal } = {},
): Promise<CountedOrders> {
  const { id, status } = campaign;
  const now = await clock();
  const subjects = [id, ...new Set(hoursIn(time).map(ordersSubject))];
  const marks = await store.figures.marks(MARKS);
  const versions = JSON.stringify([...(await store.figures.versions(subjects))].filter(([, version]) => version > 0));
  const isChanging = marks.length === MARKS || marks.some(({ hours }) => hours.some((hour) => isHourIn(hour, time)));
  const key = `recipients/${id}/${time.from}/${time.to}`;
  const [figure] = isOver(status) ? await store.figures.get([key]) : [];
  const kept = figure && (JSON.parse(figure.value, reviveSums) as Kept);
  if (kept && !isChanging && kept.versions === versions) return { asOf: marks[0]?.at ?? now, of: kept.of };
  if (kept && now - kept.asOf < MAX_AGE_MS) return kept;
  const of = await store.orders.ofRecipients(id, time, options);
  const counted: Kept = { asOf: now, of, versions: isChanging ? "" : versions };
  if (isOver(status)) await store.figures.keep([{ key, value: JSON.stringify(counted, writeSums) }], 0);
  return counted;
}

function hoursIn({ from, to }: TimeSpan): readonly number[] {
  const days = Array.from({ length: Math.ceil((to - from) / (DAY_HOURS * STALE_HOUR_MS)) }, (_, day) => day);
  return hoursOf([...days.map((day) => from + day * DAY_HOURS * STALE_HOUR_MS), to - 1]);
}

function isHourIn(hour: number, { from, to }: TimeSpan): boolean {
  return (hour + 1) * STALE_HOUR_MS > from && hour * STALE_HOUR_MS < to;
}

const SUMS: ReadonlySet<string> = new Set(["purchased", "refunded"] satisfies readonly (keyof RecipientOrders)[]);

function writeSums(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function reviveSums(name: string, value: unknown): unknown {
  return SUMS.has(name) ? BigInt(String(value)) : value;
}

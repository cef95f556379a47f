import { formatInstant, type Instant } from "../../model/instant.js";
import type { TimeRange } from "../../query/condition/condition.js";
import type { DurationUnit } from "../../query/condition/duration.js";
import {
  anniversaryIn,
  rangeInLast,
  rangeInNext,
  rangeOfCalendar,
  rangeOfDay,
  rangeOn,
} from "../../query/condition/resolve-dates.js";
import { type DayFromToday, type Duration, dayFromToday } from "../../query/language/durations.js";
import type { RuleContext } from "../../query/lower-rule.js";

/** The clock, zone and currency that generated rules are meant for: noon of a day on which London's clocks go forward. */
export const GENERATED_CONTEXT = {
  now: Date.UTC(2026, 2, 29, 11, 0, 0),
  timeZone: "Europe/London",
  currency: "USD",
  currencyDecimals: 2,
  /** What generated rules and tables refer to. */
  segments: {
    big: { rule: { field: "totalSpend", op: "gte", value: 1 }, timeZone: "Europe/London" },
    "in.$London": { rule: { field: "attributes.born", op: "thisYear" }, timeZone: "Europe/London" },
    "in São Paulo": {
      rule: {
        any: [
          { field: "lastVisitAt", op: "yesterday" },
          { field: "attributes.born", op: "today" },
        ],
      },
      timeZone: "America/Sao_Paulo",
    },
    nested: { rule: { all: [{ segment: "big" }, { not: { segment: "in São Paulo" } }] }, timeZone: "UTC" },
    opened: { rule: { messages: { event: "opened" } }, timeZone: "UTC" },
    "yesterday in São Paulo": {
      rule: { field: "lastVisitAt", op: "isDay", value: { ago: { days: 1 } } },
      timeZone: "America/Sao_Paulo",
    },
    today: { rule: { field: "lastVisitAt", op: "today" }, timeZone: "America/Sao_Paulo" },
  },
} as const satisfies RuleContext & { readonly currency: string };

/** Values that customers and rules draw from alike, so that rules often meet the customers they are tried on. */
export const NAMES: readonly string[] = [
  "",
  " ",
  "Ana",
  "ANA",
  "ana ",
  "Straße",
  "STRASSE",
  "İpek",
  "ipek",
  "Işık",
  "ışık",
  "Zoë",
  "Zoe\u0308",
  "zoe",
  "ΟΔΥΣΣΕΥΣ",
  "𐐀𐐁",
  "𐐨𐐩",
  "👩‍👩‍👧 family",
  "ﬁne",
  "O'Brien",
  'Ann "Annie" Lee',
  "100% sure",
  "under_score",
  "underXscore",
  "back\\slash",
  "*",
  "?",
  "[a-z]",
  "a.c",
  "abc",
  "^a$",
  "$name",
  "null",
  "true",
  "0",
  "a\nb",
  "\u2028",
  "\uffee",
];
export const EMAILS: readonly string[] = [
  "ana@example.com",
  "bo@example.com",
  "bo%x@example.org",
  "bo_x@example.org",
  "zoë@example.com",
];
export const PHONES: readonly string[] = ["+441632960000", "+15550100", "5550100"];
export const TIME_ZONES: readonly string[] = ["Europe/London", "America/Sao_Paulo", "UTC"];
export const TAGS: readonly string[] = [
  "vip",
  "VIP",
  "new",
  "",
  "a,b",
  "a;b",
  "$in",
  "é",
  "e\u0301",
  "100%",
  "o'clock",
  '"',
  "😀",
  "\\",
  "[]",
  "null",
];
export const NUMBERS: readonly number[] = [
  0,
  -0,
  1,
  -1,
  2,
  3,
  10,
  0.1,
  0.3,
  0.1 + 0.2,
  99.99,
  -2.5,
  1e21,
  1e-7,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
];
export const COUNTS: readonly number[] = [0, 1, 2, 3, 5, 10];
export const CAMPAIGN_IDS: readonly string[] = ["k1", "k.2", "$k3"];
export const SKUS: readonly string[] = ["85123A", "85123a", "POST", "22423", "$ne", "sku.1"];
export const CATEGORIES: readonly string[] = ["light", "Light", "Été", "garden"];
export const SALES_CHANNELS: readonly string[] = ["web", "Web", "store"];
export const QUANTITIES: readonly number[] = [0.5, 1, 2, 3, 12];
/** Major units, some finer than the currency. */
export const PRICES: readonly number[] = [0, 0.1, 0.3, 2.55, 2.555, 18, 1e15];
/** Minor units. */
export const AMOUNTS: readonly number[] = [0, 1, 50, 99, 100, 255, 1_050, 1_050, 999_999, 1_000_000, 1_000_000_000_000];
/** Minor units. */
export const SPENDS: readonly number[] = [-500, 0, 1, 99, 100, 1_050, 999_999, 1_000_000, 1_000_001, 1_000_000_000_000];
export const ATTRIBUTE_NAMES: readonly string[] = [
  "plan",
  "score",
  "active",
  "born",
  "likes",
  "a",
  "a.b",
  "a.b.c",
  ".",
  "$where",
  "$gt",
  "__v",
  "__type",
  "constructor",
  "toString",
  'quo"te',
  "o'clock",
  "back\\slash",
  "two words",
  "0",
  "[0]",
  "a[0]",
  "%",
  "é",
  "e\u0301",
  "😀",
  "id",
  "attributes.plan",
  "-- x",
];

export const DURATIONS: readonly Duration[] = [
  { minutes: 30 },
  { hours: 12 },
  { hours: 24 },
  { days: 1 },
  { days: 30 },
  { weeks: 2 },
  { months: 1 },
  { months: 13 },
  { years: 1 },
  { years: 30 },
];
export const DATES: readonly string[] = [
  "1987-03-29",
  "2000-02-29",
  "2025-10-26",
  "2026-01-31",
  "2026-03-28",
  "2026-03-29",
  "2026-03-30",
  "2027-01-01",
];
export const DAYS_FROM_TODAY: readonly DayFromToday[] = [
  { in: { days: 1 } },
  { in: { days: 30 } },
  { in: { months: 1 } },
  { ago: { days: 1 } },
  { ago: { weeks: 22 } },
  { ago: { months: 1 } },
  { ago: { years: 1 } },
];
const ANNIVERSARY_DAYS = 7;

const ranges: readonly TimeRange[] = [
  ...(["day", "week", "month", "year"] as const).flatMap((unit) =>
    [0, -1].map((offset) => rangeOfCalendar(unit, offset, GENERATED_CONTEXT)),
  ),
  ...DURATIONS.flatMap((duration) =>
    Object.entries(duration).flatMap(([unit, amount]) => [
      rangeInLast(unit as DurationUnit, amount, GENERATED_CONTEXT),
      rangeInNext(unit as DurationUnit, amount, GENERATED_CONTEXT),
    ]),
  ),
  ...DAYS_FROM_TODAY.flatMap((day) => {
    const read = dayFromToday.read(day, GENERATED_CONTEXT);
    return read.ok ? [rangeOfDay(read.value.meaning, GENERATED_CONTEXT)] : [];
  }),
  ...DATES.map((date) => rangeOn({ kind: "date", date }, GENERATED_CONTEXT)),
  ...anniversaryIn(ANNIVERSARY_DAYS, GENERATED_CONTEXT).ranges.slice(-40, -1),
];

/** The ends of every window that a generated rule is likely to ask for, and a millisecond to each side. */
export const INSTANTS: readonly Instant[] = [
  ...new Set(ranges.flatMap(({ from, to }) => [from, to]).flatMap((end) => (end === undefined ? [] : [end - 1, end, end + 1]))),
];

/** The same ends as ISO 8601: in UTC, with an offset, by the wall clock, and as dates. */
export const TIMES: readonly string[] = [
  ...DATES,
  ...INSTANTS.map(formatInstant),
  ...INSTANTS.filter((_, index) => index % 3 === 0).map((instant) => formatInstant(instant + 19_800_000).replace("Z", "+05:30")),
  ...ranges
    .flatMap(({ fromWallClock, toWallClock }) => [fromWallClock, toWallClock])
    .flatMap((end) => (end === undefined ? [] : [end])),
  // Birthdays whose year nobody knows.
  ...["0001", "1604", "1899"].flatMap((year) => ["03-28", "03-29", "04-05", "04-06"].map((day) => `${year}-${day}`)),
  "1604-02-29",
  "1899-04-05T23:59:59.999",
  "2026-03-29 09:30",
  "2026-03-29t09:30:00z",
  "2026-03-29T09:30:00.123456789Z",
  "2026-03-29T01:30",
  "2025-10-26T01:30",
];

/** Texts that look like times and are none. */
export const UNTIMELY: readonly string[] = [
  "2026-02-30",
  "2026-13-01",
  "2026-1-1",
  "20260329",
  " 2026-03-29",
  "2026-03-29T25:00",
  "03/29/2026",
  "today",
];

import { attribute, field, segment } from "../../query/language/builder.js";
import { bothWays, people, type RuleTable, type TableCustomer } from "./rule-table.js";

const visit = field("lastVisitAt");
/** Now is 11:00Z on 29 March 2026, noon in London, where that day has 23 hours. */
const visits: readonly TableCustomer[] = Object.entries({
  "0-over-a-month": "2026-02-28T11:59:59.999Z",
  "1-month-ago": "2026-02-28T12:00:00.000Z",
  "2-before-yesterday": "2026-03-27T23:59:59.999Z",
  "3-yesterday": "2026-03-28T00:00:00.000Z",
  "4-day-ago": "2026-03-28T12:00:00.000Z",
  "5-end-of-yesterday": "2026-03-28T23:59:59.999Z",
  "6-today": "2026-03-29T00:00:00.000Z",
  "7-just-now": "2026-03-29T10:59:59.999Z",
  "8-now": "2026-03-29T11:00:00.000Z",
  "8-now-and-a-half": "2026-03-29T11:00:00.500Z",
  "9-end-of-today": "2026-03-29T22:59:59.999Z",
  "a-tomorrow": "2026-03-29T23:00:00.000Z",
  "b-next-noon": "2026-03-30T11:00:00.000Z",
}).map(([id, time]) => ({ id, fields: { lastVisitAt: Date.parse(time), attributes: { visit: time } } }));
const ids = visits.map(({ id }) => id);
const from = (first: string, end?: string): readonly string[] =>
  ids.slice(ids.indexOf(first), end === undefined ? undefined : ids.indexOf(end));

const edges = [visit, attribute("visit")].flatMap((on) =>
  bothWays(visits, [
    [on.on("2026-03-28"), from("3-yesterday", "6-today")],
    [on.on("2026-03-29"), from("6-today", "a-tomorrow")],
    [on.before("2026-03-29"), from("0-over-a-month", "6-today")],
    [on.after("2026-03-28"), from("6-today")],
    [on.before("2026-03-29T11:00:00Z"), from("0-over-a-month", "8-now")],
    [on.after("2026-03-29T11:00:00Z"), from("8-now-and-a-half")],
    [on.after("2026-03-29T10:59:59.999Z"), from("8-now")],
    [on.after("2026-03-29T12:00:00"), from("8-now-and-a-half")],
    [on.before("2026-03-29T12:00"), from("0-over-a-month", "8-now")],
    [on.between("2026-03-28", "2026-03-28"), from("3-yesterday", "6-today")],
    [on.between("2026-03-28", "2026-03-29"), from("3-yesterday", "a-tomorrow")],
    [on.between("2026-03-28", "2026-03-29T00:00"), from("3-yesterday", "6-today")],
    [on.between("2026-03-29T11:00:00Z", "2026-03-30T00:00:00+01:00"), from("8-now", "a-tomorrow")],
    [on.today(), from("6-today", "a-tomorrow")],
    [on.yesterday(), from("3-yesterday", "6-today")],
    [on.thisWeek(), from("2-before-yesterday", "a-tomorrow")],
    [on.lastWeek(), []],
    [on.thisMonth(), from("2-before-yesterday")],
    [on.lastMonth(), ["0-over-a-month", "1-month-ago"]],
    [on.thisYear(), ids],
    [on.lastYear(), []],
    [on.isDay({ ago: { days: 1 } }), from("3-yesterday", "6-today")],
    [on.isDay({ in: { days: 1 } }), from("a-tomorrow")],
    // A month before 29 March ends on 28 February.
    [on.isDay({ ago: { months: 1 } }), from("0-over-a-month", "2-before-yesterday")],
    [on.isDay({ ago: { years: 1 } }), []],
    [on.inLast({ days: 1 }), from("4-day-ago", "8-now")],
    [on.inLast({ hours: 23 }), from("4-day-ago", "8-now")],
    [on.inLast({ months: 1 }), from("1-month-ago", "8-now")],
    [on.olderThan({ months: 1 }), ["0-over-a-month"]],
    [on.olderThan({ days: 1 }), from("0-over-a-month", "4-day-ago")],
    [on.notInLast({ days: 1 }), [...from("0-over-a-month", "4-day-ago"), ...from("8-now")]],
    [on.inNext({ days: 1 }), from("8-now", "b-next-noon")],
    [on.inNext({ hours: 12 }), from("8-now", "a-tomorrow")],
    [on.anniversaryWithin({ days: 0 }), from("6-today", "a-tomorrow")],
    [on.anniversaryWithin({ days: 1 }), from("6-today")],
  ]),
);

const boundaries: RuleTable = { name: "dates on the exact edges of their windows", customers: visits, rows: edges };

const at = attribute("at");
const clocked: readonly TableCustomer[] = Object.entries({
  "date-28": "2026-03-28",
  "date-29": "2026-03-29",
  "instant-28": "2026-03-28T23:59:59Z",
  "instant-29": "2026-03-29T00:30:00+00:00",
  "instant-east": "2026-03-29T05:00:00+05:30",
  "local-28": "2026-03-28T23:59:59.999",
  "local-29": "2026-03-29T00:00",
  "local-gap": "2026-03-29 01:30",
  "local-noon": "2026-03-29T12:00:00",
  nonsense: "2026-02-30",
}).map(([id, text]) => ({ id, fields: { attributes: { at: text } } }));

const wallClocks: RuleTable = {
  name: "dates and times without an offset are compared by the wall clock",
  customers: clocked,
  rows: bothWays(clocked, [
    [at.on("2026-03-28"), ["date-28", "instant-28", "instant-east", "local-28"]],
    [at.on("2026-03-29"), ["date-29", "instant-29", "local-29", "local-gap", "local-noon"]],
    [at.today(), ["date-29", "instant-29", "local-29", "local-gap", "local-noon"]],
    [at.after("2026-03-28"), ["date-29", "instant-29", "local-29", "local-gap", "local-noon"]],
    [at.before("2026-03-29"), ["date-28", "instant-28", "instant-east", "local-28"]],
    [at.after("2026-03-29T00:00"), ["instant-29", "local-gap", "local-noon"]],
    [at.before("2026-03-29T12:00"), clocked.map(({ id }) => id).filter((id) => id !== "local-noon" && id !== "nonsense")],
    [at.after("2026-03-29T11:59:59.999"), ["local-noon"]],
    [at.inLast({ hours: 1 }), []],
    [at.inNext({ hours: 1 }), ["local-noon"]],
    [at.inLast({ days: 1 }), clocked.map(({ id }) => id).filter((id) => !["date-28", "local-noon", "nonsense"].includes(id))],
    [at.notInLast({ days: 1 }), ["date-28", "local-noon"]],
    [at.contains("2026-02"), ["nonsense"]],
  ]),
};

const born = attribute("born");
const births: readonly TableCustomer[] = Object.entries({
  "a-0001": "0001-03-29",
  "a-1604": "1604-03-29",
  "a-1604-leap": "1604-02-29",
  "a-1899": "1899-03-29",
  "a-1899-instant": "1899-03-29T12:00:00Z",
  "b-1900": "1900-03-29",
  "c-1987": "1987-03-29",
  "d-1987-after": "1987-04-05",
  "e-1987-out": "1987-04-06",
  "f-1987-before": "1987-03-28",
  "g-instant": "1990-03-28T23:30:00Z",
  "h-instant-utc": "1970-03-28T23:30:00Z",
  "i-leap": "2000-02-29",
  "j-leap-eve": "2000-02-28",
  "k-this-year": "2026-04-05T23:59:59.999",
  "k-next-year": "2027-03-29",
}).map(([id, text]) => ({ id, fields: { attributes: { born: text } } }));

/** An instant is looked for in each year, and no year before 1900. */
const never = ["a-1899-instant", "k-next-year"];
const today = ["a-0001", "a-1604", "a-1899", "b-1900", "c-1987", "g-instant", "h-instant-utc"];
const bornBut = (...others: readonly string[]) =>
  births.map(({ id }) => id).filter((id) => !never.includes(id) && !others.includes(id));

const anniversaries: RuleTable = {
  name: "anniversaries are days of the calendar in the rule's zone, of any year up to this one (instants: since 1900)",
  customers: births,
  rows: bothWays(births, [
    // London was an hour ahead all through March 1970, and from 25 March in 1990.
    [born.anniversaryWithin({ days: 0 }), today],
    [born.anniversaryWithin({ days: 7 }), [...today, "d-1987-after", "k-this-year"]],
    [born.anniversaryWithin({ days: 366 }), bornBut()],
    // The year ahead has no 29 February, so its 28th counts for both.
    [born.anniversaryWithin({ days: 335 }), bornBut("a-1604-leap", "i-leap", "j-leap-eve", "f-1987-before")],
    [born.anniversaryWithin({ days: 336 }), bornBut("f-1987-before")],
  ]),
};

const day = attribute("day");
const renewals = people({
  "a-date-before": { attributes: { day: "2026-04-27" } },
  "b-date": { attributes: { day: "2026-04-28" } },
  "c-date-after": { attributes: { day: "2026-04-29" } },
  "d-local-before": { attributes: { day: "2026-04-27T23:59:59.999" } },
  "e-local-first": { attributes: { day: "2026-04-28T00:00" } },
  "f-local-last": { attributes: { day: "2026-04-28 23:59:59.999" } },
  "g-local-after": { attributes: { day: "2026-04-29T00:00" } },
  // London is an hour ahead of UTC by then.
  "h-instant-before": { attributes: { day: "2026-04-27T22:59:59.999Z" } },
  "i-instant-first": { attributes: { day: "2026-04-27T23:00:00Z" } },
  "j-instant-last": { attributes: { day: "2026-04-29T04:29:59.999+05:30" } },
  "k-instant-after": { attributes: { day: "2026-04-28T23:00:00Z" } },
  "l-next-month": { attributes: { day: "2026-04-29T12:00:00Z" } },
  "m-nonsense": { attributes: { day: "2026-04-31" } },
  "n-number": { attributes: { day: Date.UTC(2026, 3, 28, 12) } },
});
// 26 October 2025 has 25 hours in London, 28 March 2027 has 23; São Paulo's days begin at 03:00 in UTC.
const seen = people({
  "a-before-long-day": { lastVisitAt: Date.parse("2025-10-25T22:59:59.999Z") },
  "b-first-of-long-day": { lastVisitAt: Date.parse("2025-10-25T23:00:00.000Z") },
  "c-last-of-long-day": { lastVisitAt: Date.parse("2025-10-26T23:59:59.999Z") },
  "d-after-long-day": { lastVisitAt: Date.parse("2025-10-27T00:00:00.000Z") },
  "e-before-short-day": { lastVisitAt: Date.parse("2027-03-27T23:59:59.999Z") },
  "f-first-of-short-day": { lastVisitAt: Date.parse("2027-03-28T00:00:00.000Z") },
  "g-last-of-short-day": { lastVisitAt: Date.parse("2027-03-28T22:59:59.999Z") },
  "h-after-short-day": { lastVisitAt: Date.parse("2027-03-28T23:00:00.000Z") },
  "i-before-sao-paulo": { lastVisitAt: Date.parse("2026-03-28T02:59:59.999Z") },
  "j-first-of-sao-paulo": { lastVisitAt: Date.parse("2026-03-28T03:00:00.000Z") },
  "k-last-of-sao-paulo": { lastVisitAt: Date.parse("2026-03-29T02:59:59.999Z") },
  "l-after-sao-paulo": { lastVisitAt: Date.parse("2026-03-29T03:00:00.000Z") },
});

const days: readonly RuleTable[] = [
  {
    name: "one calendar day by date, by local time and by instant",
    customers: renewals,
    rows: bothWays(renewals, [
      [day.isDay({ in: { days: 30 } }), ["b-date", "e-local-first", "f-local-last", "i-instant-first", "j-instant-last"]],
      [day.isDay({ in: { days: 29 } }), ["a-date-before", "d-local-before", "h-instant-before"]],
      [day.isDay({ in: { months: 1 } }), ["c-date-after", "g-local-after", "k-instant-after", "l-next-month"]],
      [day.isDay({ ago: { days: 30 } }), []],
    ]),
  },
  {
    name: "one calendar day of 23, 24 or 25 hours, in the rule's own zone",
    customers: seen,
    rows: bothWays(seen, [
      [visit.isDay({ ago: { weeks: 22 } }), ["b-first-of-long-day", "c-last-of-long-day"]],
      [visit.isDay({ in: { days: 364 } }), ["f-first-of-short-day", "g-last-of-short-day"]],
      [segment("yesterday in São Paulo"), ["j-first-of-sao-paulo", "k-last-of-sao-paulo"]],
    ]),
  },
];

export const TABLES_OF_DATES: readonly RuleTable[] = [boundaries, wallClocks, anniversaries, ...days];

import type { Random } from "../random.js";

/** A row as it stands in the body; a good one with what it stores. */
interface Row {
  readonly text: string;
  readonly stores?: string;
  /** Nothing of it can be read. */
  readonly isBroken?: boolean;
}

/** Where rows of a body go, and how they are written there. */
interface Form {
  readonly name: string;
  readonly kind: "customers" | "orders";
  readonly query?: string;
  readonly mediaType: string;
  readonly header?: string;
  readonly good: (n: number) => Row;
  /** Each is wrong in another way. */
  readonly bad: readonly ((n: number) => string)[];
}

/** Good rows with bad ones among them, in places by chance. */
export interface MixedUpload {
  readonly form: string;
  readonly kind: Form["kind"];
  readonly path: string;
  readonly mediaType: string;
  readonly body: string;
  /** How many rows there are, and the numbers of those that must be rejected, in their order. */
  readonly rows: number;
  readonly badRows: readonly number[];
  /** Ids of the customers, or orders, that must be stored. */
  readonly stores: readonly string[];
}

/** What is there before any upload. */
export const STANDING = {
  /** A customer whose record has no room left for a note. */
  full: "full",
  /** A customer whose orders add up to all that one's may. */
  rich: "rich",
  /** An order of somebody's. */
  taken: "taken",
} as const;

const PLACED_AT = "2026-01-01T00:00:00Z";
/** More than the default of MAX_ROW_BYTES. */
const LONG = "x".repeat(2 ** 20 + 1);
/** The longest text that an attribute may hold. */
const NOTE = "€".repeat(4_000);
const TOO_MANY = 10_001;

const json = (value: object) => JSON.stringify(value);
const order = (n: number, change: object = {}) => ({
  id: `order-${n}`,
  customerId: `buyer-${n % 50}`,
  amount: "1.00",
  placedAt: PLACED_AT,
  ...change,
});

const CUSTOMERS_AS_JSON = {
  kind: "customers",
  good: (n: number) => ({
    text: json({ id: `customer-${n}`, email: `c${n}@example.com`, visitCount: n }),
    stores: `customer-${n}`,
  }),
  bad: [
    () => "7",
    () => json({ name: "Nobody" }),
    (n: number) => json({ id: `bad-${n}`, email: 7 }),
    (n: number) => json({ id: `bad-${n}`, email: "no address" }),
    (n: number) => json({ id: `bad-${n}`, unknown: 1 }),
    (n: number) => json({ id: `bad-${n}`, attributes: { note: `${NOTE}x` } }),
    (n: number) => json({ id: `bad-${n}`, name: LONG }),
    () => json({ id: STANDING.full, attributes: { note: NOTE } }),
  ],
} as const;

const ORDERS_AS_JSON = {
  kind: "orders",
  good: (n: number) => ({ text: json(order(n, { items: [{ sku: "s", quantity: 1, price: 1 }] })), stores: `order-${n}` }),
  bad: [
    () => "null",
    (n: number) => json(order(n, { id: `bad-${n}`, amount: "much" })),
    (n: number) => json(order(n, { id: `bad-${n}`, customerId: undefined })),
    (n: number) => json(order(n, { id: `bad-${n}`, currency: "XXX" })),
    (n: number) => json(order(n, { id: `bad-${n}`, customerId: STANDING.rich })),
    (n: number) => json(order(n, { id: STANDING.taken })),
    (n: number) =>
      json(order(n, { id: `bad-${n}`, items: Array.from({ length: TOO_MANY }, () => ({ sku: "s", quantity: 1, price: 1 })) })),
    (n: number) => json(order(n, { id: `bad-${n}`, channel: LONG })),
    (n: number) =>
      json(order(n, { id: `bad-${n}`, customerId: undefined, customer: { id: STANDING.full, attributes: { note: NOTE } } })),
  ],
} as const;

const NOT_JSON = () => "{ not json";
const AS_ARRAY = { name: "array", mediaType: "application/json" };
const AS_LINES = { name: "NDJSON", mediaType: "application/x-ndjson" };
const AS_CSV = { name: "CSV", mediaType: "text/csv" };
/** A record that can't be read, whatever the columns. */
const BROKEN_RECORDS = [() => "too,few", () => "a,b,c,d,e,f,g,h,too many", () => '"a"b,c'];

const FORMS: readonly Form[] = [
  { ...CUSTOMERS_AS_JSON, ...AS_ARRAY },
  { ...CUSTOMERS_AS_JSON, ...AS_LINES, bad: [...CUSTOMERS_AS_JSON.bad, NOT_JSON] },
  {
    ...AS_CSV,
    kind: "customers",
    header: "id,email,visitCount,attributes.note",
    good: (n) => ({ text: `customer-${n},c${n}@example.com,${n},"a, b"`, stores: `customer-${n}` }),
    bad: [
      ...BROKEN_RECORDS,
      (n) => `bad-${n},no address,1,`,
      (n) => `bad-${n},,many,`,
      () => ",,1,nobody",
      (n) => `bad-${n},,1,${NOTE}x`,
      (n) => `bad-${n},,1,${LONG}`,
      () => `${STANDING.full},,1,${NOTE}`,
    ],
  },
  { ...ORDERS_AS_JSON, ...AS_ARRAY },
  { ...ORDERS_AS_JSON, ...AS_LINES, bad: [...ORDERS_AS_JSON.bad, NOT_JSON] },
  {
    ...AS_CSV,
    kind: "orders",
    header: "id,customerId,amount,placedAt,channel",
    good: (n) => ({ text: `order-${n},buyer-${n % 50},1.00,${PLACED_AT},shop`, stores: `order-${n}` }),
    bad: [
      ...BROKEN_RECORDS,
      (n) => `bad-${n},buyer,much,${PLACED_AT},shop`,
      (n) => `bad-${n},buyer,1.00,yesterday,shop`,
      (n) => `bad-${n},,1.00,${PLACED_AT},shop`,
      (n) => `bad-${n},${STANDING.rich},1.00,${PLACED_AT},shop`,
      (n) => `bad-${n},buyer,1.00,${PLACED_AT},${LONG}`,
      () => `${STANDING.taken},buyer,1.00,${PLACED_AT},shop`,
    ],
  },
  {
    name: "order lines",
    kind: "orders",
    query: "?map=online-retail",
    mediaType: "text/csv",
    header: "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID",
    good: (n) => ({ text: line(`order-${n}`), stores: `order-${n}` }),
    bad: [
      ...BROKEN_RECORDS,
      (n) => line(`bad-${n}`, { quantity: "0" }),
      (n) => line(`bad-${n}`, { price: "cheap" }),
      (n) => line(`bad-${n}`, { customer: "" }),
      (n) => line(`bad-${n}`, { customer: STANDING.rich }),
      () => line(STANDING.taken),
    ],
  },
];
/** The order lines of which one order has too many. */
const LONG_ORDER = Array.from({ length: TOO_MANY }, () => line("bad-long"));

/** Uploads of `rows` rows each, in every form in turn; in every tenth with order lines, and the first, an order has too many lines. */
export function mixedUploads(count: number, rows: number, random: Random): readonly MixedUpload[] {
  let made = 0;
  return Array.from({ length: count }, (_, index) => {
    const form = FORMS[index % FORMS.length] as Form;
    const good = Array.from({ length: rows }, (): Row => form.good(made++));
    const faults = random.shuffled(form.bad).slice(0, 1 + random.below(form.bad.length));
    const long = form.query !== undefined && Math.floor(index / FORMS.length) % 10 === 0 ? LONG_ORDER : [];
    const bad = faults.map(
      (fault): Row => ({ text: fault(made++), isBroken: BROKEN_RECORDS.some((broken) => broken === fault) }),
    );
    const shuffled = random.shuffled([...good, ...bad, ...long.map((text): Row => ({ text }))]);
    const all = form.query === undefined ? shuffled : spoiled(shuffled);
    return {
      form: form.name,
      kind: form.kind,
      path: `/api/${form.kind}${form.query ?? ""}`,
      mediaType: form.mediaType,
      body: bodyOf(form, all),
      rows: all.length,
      badRows: all.flatMap(({ stores }, place) => (stores === undefined ? [place + 1] : [])),
      stores: all.flatMap(({ stores }) => stores ?? []),
    };
  });
}

/** A line of which not even the order can be read may be of the order before it, or of the one after: neither is stored. */
function spoiled(rows: readonly Row[]): readonly Row[] {
  const readable = rows.flatMap(({ isBroken }, place) => (isBroken ? [] : [place]));
  const beside = new Set(
    rows.flatMap(({ isBroken }, place) =>
      isBroken ? [readable.findLast((other) => other < place), readable.find((other) => other > place)] : [],
    ),
  );
  return rows.map((row, place) => (beside.has(place) ? { text: row.text } : row));
}

function bodyOf({ mediaType, header }: Form, rows: readonly Row[]): string {
  const texts = rows.map(({ text }) => text);
  if (mediaType === "application/json") return `[${texts.join()}]`;
  return [...(header === undefined ? [] : [header]), ...texts, ""].join("\n");
}

function line(id: string, { quantity = "1", price = "1.00", customer = "buyer" } = {}): string {
  return `${id},s,"a, b",${quantity},2026-01-01 00:00:00,${price},${customer}`;
}

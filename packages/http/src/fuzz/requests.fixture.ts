import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { type JsonSchema, oddValues, spoilt, valuesOf, type Words } from "./values-of-schema.fixture.js";

/** As much of an OpenAPI document as a client needs to call what it describes. */
export interface ApiDescription {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

interface Operation {
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
}

/** What is there to be named: the ids of each room of the API, and what means something in a body or a query. */
export interface Known extends Words {
  readonly ids: Readonly<Record<string, readonly string[]>>;
}

export interface ApiRequest {
  /** As the description names it. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer<ArrayBuffer>;
}

const ROWS = [
  "id,email,name\na,a@example.com,A\n",
  "id,customerId,amount,placedAt\n1,a,1,2026-01-01\n",
  '"',
  "id\n\0\n",
  "id,id\n1,1\n",
  "",
];
const STEPS = ["%", "%zz", "%ff", "%00", "..", "%2e%2e", "%2F", "a%20b", "__proto__", "x".repeat(500), "%F0%9F%98%80"];
const TYPES = [
  "application/json",
  "application/x-ndjson",
  "text/csv",
  "text/plain",
  "application/problem+json; charset=utf-16",
  "",
  "a",
];

const ODD_QUERIES: readonly (readonly (readonly [string, string])[])[] = [
  [["", ""]],
  [["nobody", "knows"]],
  [["limit", "1e2"]],
  [
    ["limit", "1"],
    ["limit", "2"],
  ],
];

function mostly<T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<NoInfer<T>>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: rare });
}

/** Requests to one operation after the other: most are nearly right, since what is quite wrong goes nowhere. */
export function requestsTo({ paths, components }: ApiDescription, known: Known): fc.Arbitrary<ApiRequest> {
  const values = valuesOf(components.schemas, known);
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => requestTo(method.toUpperCase(), path, operation, values, known)),
  );
  return fc.oneof(...operations);
}

type ValuesOf = ReturnType<typeof valuesOf>;

function requestTo(
  method: string,
  path: string,
  { parameters = [], requestBody }: Operation,
  values: ValuesOf,
  known: Known,
): fc.Arbitrary<ApiRequest> {
  const operation = `${method} ${path}`;
  const url = fc
    .tuple(
      pathOf(path, known),
      queryOf(
        parameters.filter((one) => one.in === "query"),
        values,
      ),
    )
    .map(([at, query]) => (query === "" ? at : `${at}?${query}`));
  const headers = headersOf(parameters.filter((one) => one.in === "header").map(({ name }) => name));
  if (!requestBody) return fc.tuple(url, headers).map(([at, own]) => ({ operation, method, path: at, headers: own }));
  const schema = requestBody.content["application/json"]?.schema ?? {};
  return fc.tuple(url, headers, bodyOf(schema, values)).map(([at, own, { type, gzip, bytes }]) => ({
    operation,
    method,
    path: at,
    headers: { ...own, ...(type === "" ? {} : { "content-type": type }), ...(gzip ? { "content-encoding": "gzip" } : {}) },
    body: bytes,
  }));
}

function pathOf(path: string, { ids }: Known): fc.Arbitrary<string> {
  const own = ids[path.split("/")[2] ?? ""] ?? ["none"];
  const others = Object.values(ids).flat();
  const step = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...own.map(encodeURIComponent)) },
    { weight: 1, arbitrary: fc.constantFrom(...others.map(encodeURIComponent)) },
    { weight: 1, arbitrary: fc.constantFrom(...STEPS) },
    { weight: 1, arbitrary: fc.string({ minLength: 1, unit: "grapheme" }).map(encodeURIComponent) },
  );
  return step.map((id) => path.replace(/\{\w+\}/, () => id));
}

function queryOf(parameters: NonNullable<Operation["parameters"]>, values: ValuesOf): fc.Arbitrary<string> {
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const pairs = parameters.map(({ name, required, schema }) => {
    const value = fc.oneof({ weight: 9, arbitrary: values(schema, name) }, oddValues).map((one) => [[name, text(one)] as const]);
    const none = fc.constant<readonly (readonly [string, string])[]>([]);
    return required ? mostly<readonly (readonly [string, string])[]>(value, none) : mostly(none, value);
  });
  const odd = mostly(fc.constant<readonly (readonly [string, string])[]>([]), fc.constantFrom(...ODD_QUERIES));
  return fc.tuple(fc.tuple(...pairs), odd).map(([own, more]) => {
    const written = [...own.flat(), ...more].map(([name, value]) => `${encodeURIComponent(name)}=${encoded(value)}`);
    return written.join("&");
  });
}

/** A lone surrogate has no form in a URL: it comes as bytes that are no UTF-8. */
function encoded(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : "%ed%a0%80";
}

function headersOf(names: readonly string[]): fc.Arbitrary<Record<string, string>> {
  const odd = fc.oneof(fc.constantFrom("", "x".repeat(300), "*", "1"), fc.string({ maxLength: 10 }));
  const value = mostly(fc.nat({ max: 500 }).map(String), odd).map((text) => text.replace(/[^\x20-\x7e]/g, "").trim());
  const none = fc.constant({});
  const chosen = [...names, "x-request-id", "accept", "if-match", "if-none-match", "range", "last-event-id"].map(
    (name, index) => {
      const some = value.map((text) => ({ [name]: text }));
      return index < names.length ? fc.oneof(none, some) : mostly(none, some);
    },
  );
  return fc.tuple(...chosen).map((own) => Object.assign({}, ...own) as Record<string, string>);
}

interface Body {
  readonly type: string;
  readonly gzip: boolean;
  readonly bytes: Buffer<ArrayBuffer>;
}

function bodyOf(schema: JsonSchema, values: ValuesOf): fc.Arbitrary<Body> {
  const right = values(schema);
  const json = fc.oneof(
    { weight: 5, arbitrary: right },
    { weight: 4, arbitrary: spoilt(right) },
    { weight: 1, arbitrary: oddValues },
  );
  const asJson = json.map(
    (value): Body => ({ type: "application/json", gzip: false, bytes: Buffer.from(JSON.stringify(value)) }),
  );
  const asLines = fc.array(json, { maxLength: 4 }).map((rows): Body => {
    const bytes = Buffer.from(rows.map((row) => JSON.stringify(row)).join("\n"));
    return {
      type: "application/x-ndjson",
      gzip: bytes.length % 2 === 0,
      bytes: bytes.length % 2 === 0 ? gzipSync(bytes) : bytes,
    };
  });
  const broken = fc
    .tuple(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(...ROWS),
        json.map((value) => JSON.stringify(value).slice(0, -1)),
      ),
      fc.constantFrom(...TYPES),
      fc.boolean(),
    )
    .map(([bytes, type, gzip]): Body => ({ type, gzip, bytes: Buffer.from(bytes as string) }));
  return fc.oneof({ weight: 8, arbitrary: asJson }, { weight: 1, arbitrary: asLines }, { weight: 1, arbitrary: broken });
}

import fc from "fast-check";

/** As much of JSON Schema as the API's description says. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
}

type Values = fc.Arbitrary<unknown>;

const REF = "#/components/schemas/";
const MAX_DEPTH = 4;
const DATES = ["2026-01-01", "2026-01-01T00:00:00Z", "1970-01-01T00:00:00.000+14:00", "9999-12-31T23:59:59.999Z", "2026-02-30"];
const NUMBERS = [0, 1, -1, 0.1, 1e-9, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308];

/** What stands where something else is wanted. */
export const oddValues: Values = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, true, "", [], {}, "\0", "\ud800", "\u202e", "__proto__", "constructor", "9".repeat(400), "x".repeat(5_000)],
    ...[
      { $ne: null },
      { toString: 1 },
      { constructor: { prototype: {} } },
      ["a", ["b", ["c"]]],
      "{{ x | map: 'y' }}",
      "%00",
      "' OR 1=1--",
    ],
    ...NUMBERS,
    JSON.parse(`${"[".repeat(300)}${"]".repeat(300)}`),
    JSON.parse('{"__proto__":{"polluted":true},"id":"p"}'),
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Texts that mean something here: some by the name of the property or parameter that holds them, others anywhere. */
export interface Words {
  readonly named: Readonly<Record<string, readonly string[]>>;
  readonly others: readonly string[];
}

/** Makes values that a schema allows, or nearly; where its place has a name that is known, mostly what is known by it. */
export function valuesOf(
  schemas: Readonly<Record<string, JsonSchema>>,
  { named: known, others }: Words,
): (schema: JsonSchema, name?: string) => Values {
  const texts = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...others) }, fc.string({ maxLength: 20, unit: "grapheme" }));

  const valueFor = (schema: JsonSchema, tie: (name: string) => Values): Values => {
    if (schema.$ref !== undefined) return tie(schema.$ref.slice(REF.length));
    const variants = schema.anyOf ?? schema.oneOf;
    if (variants) return oneOf(variants, tie);
    if (schema.allOf?.[0]) return valueFor(schema.allOf[0], tie);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (typeof schema.type === "object") return fc.oneof(...schema.type.map((type) => valueFor({ ...schema, type }, tie)));
    return typed(schema, tie);
  };

  /** Where it gets too deep the first is taken: one that goes no deeper. */
  const oneOf = (variants: readonly JsonSchema[], tie: (name: string) => Values): Values => {
    const isDeep = (variant: JsonSchema) => Number(JSON.stringify(variant).includes(REF));
    const flatFirst = [...variants].sort((a, b) => isDeep(a) - isDeep(b));
    return fc.oneof({ maxDepth: MAX_DEPTH, depthIdentifier: "schema" }, ...flatFirst.map((variant) => valueFor(variant, tie)));
  };

  const typed = (schema: JsonSchema, tie: (name: string) => Values): Values => {
    switch (schema.type) {
      case "string":
        return textOf(schema);
      case "integer":
      case "number":
        return numberOf(schema);
      case "boolean":
        return fc.boolean();
      case "null":
        return fc.constant(null);
      case "array": {
        const { items = {}, minItems = 0, maxItems = 4 } = schema;
        return fc.array(valueFor(items, tie), { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, 4)) });
      }
      case "object":
        return objectOf(schema, tie);
      default:
        return oddValues;
    }
  };

  const textOf = ({ format, pattern, minLength = 0, maxLength = 20 }: JsonSchema): Values => {
    if (format === "date-time") return fc.constantFrom(...DATES);
    if (pattern?.startsWith("^attributes")) return fc.constantFrom("attributes.plan", "attributes.a.b", "attributes.__proto__");
    const length = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, 30)) };
    return fc.oneof(texts, fc.constantFrom(...DATES, "email", "UTC", "12.50"), fc.string(length));
  };

  const numberOf = ({ type, minimum = -1_000, maximum = 1_000_000 }: JsonSchema): Values => {
    const within = NUMBERS.filter((number) => number >= minimum && number <= maximum);
    const whole = fc.integer({ min: Math.ceil(minimum), max: Math.min(Math.floor(maximum), 2 ** 31 - 1) });
    return type === "integer"
      ? whole
      : fc.oneof(whole, fc.double({ noNaN: true, min: -1e9, max: 1e9 }), ...within.map((n) => fc.constant(n)));
  };

  const valueAt = (name: string, schema: JsonSchema, tie: (name: string) => Values): Values => {
    const value = valueFor(schema, tie);
    const texts = known[name];
    if (!texts) return value;
    const types = [schema, ...(schema.anyOf ?? [])].map(({ type }) => type);
    const text = fc.constantFrom(...texts);
    return fc.oneof(
      { weight: 1, arbitrary: value },
      ...(types.includes("string") ? [{ weight: 5, arbitrary: text }] : []),
      ...(types.includes("array") ? [{ weight: 5, arbitrary: fc.array(text, { minLength: 1, maxLength: 2 }) }] : []),
    );
  };

  const objectOf = (schema: JsonSchema, tie: (name: string) => Values): Values => {
    const { properties = {}, required = [], additionalProperties } = schema;
    const model = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, valueAt(name, property, tie)]));
    const known = fc.record(model, { requiredKeys: required.filter((name) => name in model) });
    if (typeof additionalProperties !== "object") return known;
    const more = fc.dictionary(fc.constantFrom("plan", "a b", "__x", ...others), valueFor(additionalProperties, tie), {
      maxKeys: 3,
    });
    return fc.tuple(known, more).map(([one, other]) => ({ ...other, ...one }));
  };

  const refs = fc.letrec((tie) =>
    Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, valueFor(schema, tie)])),
  );
  return (schema, name = "") => valueAt(name, schema, (ref) => refs[ref] ?? oddValues);
}

/** The value with something odd put into one place of it. */
export function spoilt(values: Values): Values {
  return fc
    .tuple(values, fc.array(fc.nat(), { maxLength: 5 }), oddValues)
    .map(([value, path, odd]) => replaced(value, path, odd));
}

function replaced(value: unknown, [step, ...path]: readonly number[], odd: unknown): unknown {
  if (step === undefined || typeof value !== "object" || value === null) return odd;
  const entries = Object.entries(value);
  const chosen = entries[step % Math.max(1, entries.length)];
  if (!chosen) return odd;
  const [name, inner] = chosen;
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === name ? replaced(item, path, odd) : item));
  return { ...value, [name]: replaced(inner, path, odd) };
}

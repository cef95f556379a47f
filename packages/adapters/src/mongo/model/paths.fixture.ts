import { type BsonDocument, type BsonValue, isArray, isDocument } from "./bson-values.fixture.js";

type Path = readonly string[];

/** As an expression reads `$a.b`: an array on the path yields the values of all its documents. */
export function valueAt(value: BsonValue, path: Path): BsonValue {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (isArray(value)) return value.map((element) => valueAt(element, path)).filter((found) => found !== undefined);
  return isDocument(value) && Object.hasOwn(value, name) ? valueAt(value[name], rest) : undefined;
}

/**
 * The values that a filter tests: through arrays on the way, those of each document in them; of an array at the end, each element,
 * if wanted, and the whole.
 */
export function* valuesAt(value: BsonValue, path: Path, elementsToo: boolean): Generator<BsonValue, void, undefined> {
  const [name = "", ...rest] = path;
  const next = isDocument(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  if (rest.length === 0) {
    if (elementsToo && isArray(next)) yield* next;
    yield next;
  } else if (isArray(next)) {
    for (const element of next) if (isDocument(element)) yield* valuesAt(element, rest, elementsToo);
  } else {
    yield* valuesAt(next, rest, elementsToo);
  }
}

/** A missing value removes the field; parent documents are created either way. */
export function withValueAt(document: BsonDocument, path: Path, value: BsonValue): BsonDocument {
  const [name = "", ...rest] = path;
  if (rest.length === 0) return value === undefined ? without(document, name) : { ...document, [name]: value };
  const inner = document[name];
  return { ...document, [name]: withValueAt(isDocument(inner) ? inner : {}, rest, value) };
}

export function withoutValueAt(document: BsonDocument, path: Path): BsonDocument {
  const [name = "", ...rest] = path;
  const inner = document[name];
  if (rest.length === 0) return without(document, name);
  return isDocument(inner) ? { ...document, [name]: withoutValueAt(inner, rest) } : document;
}

function without(document: BsonDocument, name: string): BsonDocument {
  if (!Object.hasOwn(document, name)) return document;
  return Object.fromEntries(Object.entries(document).filter(([other]) => other !== name));
}

import { BSON } from "mongodb";
import { type BsonDocument, type BsonValue, isArray, isDocument, type StoredDocument } from "./bson-values.fixture.js";
import { UPDATE_STAGES } from "./pipeline.fixture.js";
import { CODES, operatorOf, outside, refuse } from "./vocabulary.fixture.js";

export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

type Change = (document: StoredDocument, isInsert: boolean) => BsonDocument;

/** All update operators, on top-level fields. */
export const UPDATE_OPERATORS: Readonly<Record<string, (fields: BsonDocument) => Change>> = {
  $set: (fields) => (document) => ({ ...document, ...fields }),
  $setOnInsert: (fields) => (document, isInsert) => (isInsert ? { ...document, ...fields } : document),
  $unset: (fields) => (document) => Object.fromEntries(Object.entries(document).filter(([name]) => !Object.hasOwn(fields, name))),
};

/** What an update makes of a document: by a pipeline, by operators, or as a whole. The id stays. */
export function updated(document: StoredDocument, update: BsonValue, now: Date, isInsert = false): StoredDocument {
  const { _id, ...fields } = changed(document, update, now, isInsert);
  if (_id !== document._id)
    refuse(CODES.immutableId, "Performing an update on the path '_id' would modify the immutable field '_id'");
  const made = { _id: document._id, ...fields };
  if (bytesOf(made) > MAX_DOCUMENT_BYTES)
    refuse(CODES.tooLargeOnceUpdated, "Resulting document after update is larger than 16777216");
  return made;
}

export function bytesOf(document: BsonDocument): number {
  return BSON.calculateObjectSize(document);
}

function changed(document: StoredDocument, update: BsonValue, now: Date, isInsert: boolean): BsonDocument {
  if (isArray(update)) return byPipeline(document, update, now);
  if (!isDocument(update)) refuse(CODES.failedToParse, "an update must be a document or an array");
  const operators = Object.entries(update);
  if (!operators.some(([name]) => name.startsWith("$"))) return { _id: document._id, ...update };
  const touched = new Set<string>();
  return operators.reduce<StoredDocument>((before, [name, operand]) => {
    const fields = isDocument(operand) ? operand : refuse(CODES.failedToParse, `${name} needs a document`);
    for (const field of Object.keys(fields)) {
      if (field.includes(".")) outside(`update ${name} of the path ${field}`);
      if (touched.has(field)) refuse(40, `Updating the path '${field}' would create a conflict`);
      touched.add(field);
    }
    return { _id: before._id, ...operatorOf(UPDATE_OPERATORS, "update", name)(fields)(before, isInsert) };
  }, document);
}

function byPipeline(document: StoredDocument, pipeline: readonly BsonValue[], now: Date): BsonDocument {
  const world = { now, read: () => outside("reading other collections in an update") };
  return pipeline.reduce<BsonDocument>((before, stage) => {
    const [[name, operand] = ["", undefined]] = isDocument(stage) ? Object.entries(stage) : [];
    const [after] = operatorOf(UPDATE_STAGES, "stage", name)(operand, world)([before]);
    return after ?? before;
  }, document);
}

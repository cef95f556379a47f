import { MongoServerError } from "mongodb";
import { bytesOf, MAX_DOCUMENT_BYTES, updated } from "./apply-update.fixture.js";
import {
  type BsonDocument,
  type BsonValue,
  compareValues,
  isArray,
  isDocument,
  type StoredDocument,
} from "./bson-values.fixture.js";
import { compileFilter } from "./compile-filter.fixture.js";
import { acknowledgement, type CommandContext, documentOf, type Handler } from "./read-commands.fixture.js";
import type { ModelCollection } from "./replica-set.fixture.js";
import { CODES, outside, refuse } from "./vocabulary.fixture.js";

export const WRITE_COMMANDS: Readonly<Record<string, Handler>> = {
  insert: (body, context) => {
    const collection = context.set.collection(context.database, String(body.insert));
    return writeEach(body, context, listOf(body.documents), async (document) => {
      insert(collection, { ...document, _id: idIn(document._id) });
      return { n: 1 };
    });
  },

  update: async (body, context) => {
    const collection = context.set.collection(context.database, String(body.update));
    return writeEach(body, context, listOf(body.updates), ({ q, u, multi, upsert }) =>
      update(collection, { filter: documentOf(q), update: u, isMulti: multi === true, isUpsert: upsert === true }, context),
    );
  },

  delete: async (body, context) => {
    const collection = context.set.collection(context.database, String(body.delete));
    return writeEach(body, context, listOf(body.deletes), async ({ q, limit }) => {
      const ids = idsMeeting(collection, documentOf(q), context).slice(0, Number(limit) || undefined);
      for (const id of ids) collection.write(id, undefined);
      return { n: ids.length };
    });
  },

  findAndModify: async (body, context) => {
    if (body.new !== true || body.remove || body.upsert || body.fields || body.sort) outside("findAndModify of another kind");
    const collection = context.set.collection(context.database, String(body.findAndModify));
    const [id] = idsMeeting(collection, documentOf(body.query), context);
    if (id !== undefined) change(collection, id, body.update, context.now);
    const value = id === undefined ? undefined : collection.local.get(id);
    return { value: value ?? null, lastErrorObject: { n: value ? 1 : 0 }, ...(await acknowledgement(body, context)) };
  },
};

interface Written {
  readonly n: number;
  readonly nModified?: number;
  readonly upserted?: string;
}

/** Runs statements in order. A failed one becomes a write error with its index, and stops the others only if they are ordered. */
async function writeEach(
  body: BsonDocument,
  context: CommandContext,
  statements: readonly BsonDocument[],
  write: (statement: BsonDocument) => Promise<Written>,
): Promise<BsonDocument> {
  const writeErrors: BsonDocument[] = [];
  const upserted: BsonDocument[] = [];
  let [n, nModified] = [0, 0];
  for (const [index, statement] of statements.entries()) {
    await context.between();
    try {
      const written = await write(statement);
      n += written.n;
      nModified += written.nModified ?? 0;
      if (written.upserted !== undefined) upserted.push({ index, _id: written.upserted });
    } catch (error) {
      if (!(error instanceof MongoServerError)) throw error;
      writeErrors.push({ index, code: Number(error.code), errmsg: error.message });
      if (body.ordered !== false) break;
    }
  }
  return {
    n,
    nModified,
    ...(upserted.length > 0 ? { upserted } : {}),
    ...(writeErrors.length > 0 ? { writeErrors } : {}),
    ...(await acknowledgement(body, context)),
  };
}

interface UpdateStatement {
  readonly filter: BsonDocument;
  readonly update: BsonValue;
  readonly isMulti: boolean;
  readonly isUpsert: boolean;
}

/** Each document is read, and written, in one step; others may come between two of them. */
async function update(collection: ModelCollection, statement: UpdateStatement, context: CommandContext): Promise<Written> {
  const { filter, isMulti, isUpsert } = statement;
  let [n, nModified] = [0, 0];
  for (const id of idsMeeting(collection, filter, context)) {
    await context.between();
    const stillMeets = compileFilter(filter, context.now)(collection.local.get(id) ?? {});
    if (!stillMeets || !collection.local.has(id) || (isMulti && context.misses(id))) continue;
    n += 1;
    if (change(collection, id, statement.update, context.now)) nModified += 1;
    if (!isMulti) break;
  }
  if (n > 0 || !isUpsert) return { n, nModified };
  const id = idIn(filter._id);
  if (Object.keys(filter).length > 1) outside("an upsert by more than the id");
  insert(collection, updated({ _id: id }, statement.update, context.now, true));
  return { n: 1, nModified: 0, upserted: id };
}

function change(collection: ModelCollection, id: string, update: BsonValue, now: Date): boolean {
  const before = collection.local.get(id);
  if (!before) return false;
  const after = updated(before, update, now);
  if (compareValues(before, after) === 0) return false;
  collection.write(id, after);
  return true;
}

function insert(collection: ModelCollection, document: StoredDocument): void {
  if (bytesOf(document) > MAX_DOCUMENT_BYTES) refuse(CODES.documentTooLarge, "object to insert too large");
  if (collection.local.has(document._id)) refuse(CODES.duplicateKey, `E11000 duplicate key error: { _id: ${document._id} }`);
  collection.write(document._id, document);
}

/** Of the documents as the primary has them. */
function idsMeeting({ local }: ModelCollection, filter: BsonDocument, { now }: CommandContext): readonly string[] {
  const met = compileFilter(filter, now);
  const candidates = idsNamedIn(filter._id)?.map((id) => local.get(id)) ?? [...local.values()];
  return candidates.flatMap((document) => (document && met(document) ? [document._id] : []));
}

function idsNamedIn(test: BsonValue): readonly string[] | undefined {
  if (typeof test === "string") return [test];
  if (!isDocument(test)) return undefined;
  if (typeof test.$eq === "string") return [test.$eq];
  return isArray(test.$in) ? [...new Set(test.$in.map(idIn))] : undefined;
}

function idIn(value: BsonValue): string {
  const id = isDocument(value) ? value.$eq : value;
  return typeof id === "string" ? id : outside("an id that is no text");
}

function listOf(value: BsonValue): readonly BsonDocument[] {
  return isArray(value) ? value.map(documentOf) : refuse(CODES.typeMismatch, "expected an array");
}

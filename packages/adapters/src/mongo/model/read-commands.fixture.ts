import { Long } from "mongodb";
import { type BsonDocument, type BsonValue, isArray, isDocument } from "./bson-values.fixture.js";
import { compileFilter } from "./compile-filter.fixture.js";
import { valueAt, withValueAt } from "./paths.fixture.js";
import { compilePipeline, type Documents, type World } from "./pipeline.fixture.js";
import type { ReplicaSet } from "./replica-set.fixture.js";
import { CODES, operatorOf, outside, refuse } from "./vocabulary.fixture.js";

export interface CommandContext {
  readonly set: ReplicaSet;
  readonly database: string;
  readonly now: Date;
  /** Yields to other commands. */
  between(): Promise<unknown>;
  /** Whether an update of many leaves a document out. */
  misses(id: string): boolean;
}

export type Handler = (body: BsonDocument, context: CommandContext) => Promise<object>;

export const READ_COMMANDS: Readonly<Record<string, Handler>> = {
  find: async (body, context) => {
    const { find, filter = {}, projection, sort, skip = 0, limit = 0 } = body;
    const world = worldOf(body, context);
    const met = compileFilter(documentOf(filter), context.now);
    const found = world.read(String(find)).filter(met);
    const [sorting] = sort === undefined ? [] : compilePipeline([{ $sort: sort }], world);
    const sorted = sorting ? sorting(found) : found;
    const page = sorted.slice(Number(skip), Number(limit) > 0 ? Number(skip) + Number(limit) : undefined);
    return cursorOf(
      `${context.database}.${String(find)}`,
      projection === undefined ? page : page.map(projectionOf(documentOf(projection))),
    );
  },

  aggregate: async (body, context) => {
    const { aggregate, pipeline } = body;
    if (!isArray(pipeline)) refuse(CODES.typeMismatch, "a pipeline must be an array");
    const merge = mergeOf(pipeline.at(-1));
    const world = worldOf(body, context);
    let documents = world.read(String(aggregate));
    // A later stage reads what others have written since.
    for (const stage of compilePipeline(merge ? pipeline.slice(0, -1) : pipeline, world)) {
      documents = stage(documents);
      await context.between();
    }
    if (!merge) return cursorOf(`${context.database}.${String(aggregate)}`, documents);
    const into = context.set.collection(context.database, merge);
    for (const document of documents) {
      await context.between();
      const id = String(document._id);
      if (!into.local.has(id)) into.write(id, { ...document, _id: id });
    }
    const late = await acknowledgement(body, context);
    return { ...cursorOf(`${context.database}.${String(aggregate)}`, []), ...late };
  },
};

/** The part of a write's reply about the majority, once that has the write or the time is up. */
export async function acknowledgement(body: BsonDocument, { set }: CommandContext): Promise<BsonDocument> {
  const { w, j, wtimeout } = documentOf(body.writeConcern ?? {});
  if (w !== "majority" || j !== true || typeof wtimeout !== "number")
    outside("a write that does not wait for a majority's journals");
  const late = await set.acknowledged(wtimeout);
  return late ? { writeConcernError: late } : {};
}

function worldOf({ readConcern }: BsonDocument, { set, database, now }: CommandContext): World {
  if (documentOf(readConcern ?? {}).level !== "majority") outside("a read of what a majority may not have");
  return { now, read: (name) => set.collection(database, name).committed() };
}

/** The collection of a `$merge`: of one kind only, which leaves what is there. */
function mergeOf(stage: BsonValue): string | undefined {
  if (!isDocument(stage) || stage.$merge === undefined) return undefined;
  const { into, on, whenMatched, whenNotMatched } = documentOf(operatorOf(stage, "stage", "$merge"));
  if (on !== "_id" || whenMatched !== "keepExisting" || whenNotMatched !== "insert") outside("$merge of another kind");
  return String(into);
}

function projectionOf(projection: BsonDocument): (document: BsonDocument) => BsonDocument {
  if (Object.values(projection).some((value) => value !== 1)) outside("a projection that leaves fields out");
  const paths = [...new Set(["_id", ...Object.keys(projection)])].map((name) => name.split("."));
  return (document) =>
    paths.reduce<BsonDocument>((projected, path) => {
      const value = valueAt(document, path);
      return value === undefined ? projected : withValueAt(projected, path, value);
    }, {});
}

function cursorOf(ns: string, firstBatch: Documents): object {
  return { cursor: { id: Long.ZERO, ns, firstBatch } };
}

export function documentOf(value: BsonValue): BsonDocument {
  return isDocument(value) ? value : refuse(CODES.typeMismatch, "expected an object");
}

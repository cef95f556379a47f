import { groupBy } from "../database/group-by.js";
import { compileAccumulator } from "./accumulators.fixture.js";
import {
  type BsonDocument,
  type BsonValue,
  compareValues,
  isArray,
  isDocument,
  isMissingOrNull,
  keyOf,
  typeOf,
} from "./bson-values.fixture.js";
import { compileExpression, type Evaluator } from "./compile-expression.fixture.js";
import { compileFilter } from "./compile-filter.fixture.js";
import { valueAt, withoutValueAt, withValueAt } from "./paths.fixture.js";
import { operatorOf, outside, refuse } from "./vocabulary.fixture.js";

export type Documents = readonly BsonDocument[];
export type Stage = (documents: Documents) => Documents;

/** The time of a statement, and the collections that it reads, each as of when it is read. */
export interface World {
  readonly now: Date;
  read(collection: string): Documents;
}

/** The stages of a pipeline, to be run one after the other. All are parsed before the first runs. */
export function compilePipeline(pipeline: BsonValue, world: World): readonly Stage[] {
  if (!isArray(pipeline)) refuse(14, "A pipeline must be an array");
  return pipeline.map((stage) => {
    const [[name, operand] = ["", undefined], ...more] = Object.entries(documentOf(stage));
    if (more.length > 0) refuse(40_323, "A pipeline stage specification object must contain exactly one field.");
    return operatorOf(STAGES, "stage", name)(operand, world);
  });
}

function run(stages: readonly Stage[], documents: Documents): Documents {
  return stages.reduce((rows, stage) => stage(rows), documents);
}

/** Those that change one document, by which an update may be made. */
export const UPDATE_STAGES: Readonly<Record<string, (operand: BsonValue, world: World) => Stage>> = {
  $set: (operand, { now }) => {
    const fields = Object.entries(documentOf(operand)).map(
      ([name, value]) => [name.split("."), compileExpression(value, now)] as const,
    );
    return each((document) =>
      // Every expression sees the document as it came in.
      fields.reduce((changed, [path, evaluate]) => withValueAt(changed, path, evaluate(document)), document),
    );
  },
  $unset: (operand) => {
    const paths = [operand].flat().map((path) => textOf(path).split("."));
    return each((document) => paths.reduce(withoutValueAt, document));
  },
  $replaceWith: (operand, { now }) => {
    const evaluate = compileExpression(operand, now);
    return each((document) => {
      const replacement = evaluate(document);
      return isDocument(replacement) ? replacement : refuse(40_228, "'replacement document' must evaluate to an object");
    });
  },
};

/** All stages of a pipeline except `$merge`, which the `aggregate` command runs on the result. */
export const STAGES: Readonly<Record<string, (operand: BsonValue, world: World) => Stage>> = {
  ...UPDATE_STAGES,
  $match: (operand, { now }) => {
    const met = compileFilter(documentOf(operand), now);
    return (documents) => documents.filter(met);
  },
  $limit: (operand) => {
    const most = typeof operand === "number" && operand > 0 ? operand : refuse(15_958, "the limit must be positive");
    return (documents) => documents.slice(0, most);
  },
  $sort: (operand) => {
    const order = Object.entries(documentOf(operand)).map(([name, way]) => [name.split("."), Number(way)] as const);
    const compare = (a: BsonDocument, b: BsonDocument): number => {
      for (const [path, way] of order) {
        const difference = compareValues(valueAt(a, path) ?? null, valueAt(b, path) ?? null);
        if (difference !== 0) return difference * way;
      }
      return 0;
    };
    return (documents) => [...documents].sort(compare);
  },
  $project: (operand, { now }) => {
    const fields = Object.entries(documentOf(operand));
    if (fields.length === 0) refuse(51_272, "projection specification must have at least one field");
    if (fields.some(([name, value]) => name.includes(".") || (value === 0 && name !== "_id"))) outside("$project without fields");
    const made = [...(Object.hasOwn(documentOf(operand), "_id") ? [] : [["_id", 1] as const]), ...fields]
      .filter(([, value]) => value !== 0)
      .map(([name, value]) => [name, value === 1 ? fieldOf(name) : compileExpression(value, now)] as const);
    return each((document) =>
      Object.fromEntries(
        made.map(([name, evaluate]) => [name, evaluate(document)] as const).filter(([, value]) => value !== undefined),
      ),
    );
  },
  $group: (operand, { now }) => {
    const { _id, ...fields } = documentOf(operand);
    const id = compileExpression(_id, now);
    const accumulators = Object.entries(fields).map(
      ([name, field]) => [name, compileAccumulator(documentOf(field), now)] as const,
    );
    return (documents) => {
      const groups = groupBy(
        documents.map((document) => ({ document, id: id(document) ?? null })),
        (member) => keyOf(member.id),
      );
      return [...groups.values()].map((group) => {
        const members = group.map(({ document }) => document);
        return {
          _id: group[0]?.id,
          ...Object.fromEntries(accumulators.map(([name, accumulate]) => [name, accumulate(members)])),
        };
      });
    };
  },
  $unwind: (operand) => {
    const { path, preserveNullAndEmptyArrays: keepsEmpty = false } = isDocument(operand) ? operand : { path: operand };
    const parts = textOf(path).slice(1).split(".");
    return (documents) =>
      documents.flatMap((document) => {
        const value = valueAt(document, parts);
        if (isArray(value) && value.length > 0) return value.map((element) => withValueAt(document, parts, element));
        if (!isArray(value) && !isMissingOrNull(value)) return [document];
        return keepsEmpty ? [withoutValueAt(document, parts)] : [];
      });
  },
  $lookup: (operand, world) => {
    const { from, localField, foreignField, pipeline = [], as, ...others } = documentOf(operand);
    if (Object.keys(others).length > 0) outside(`$lookup with ${Object.keys(others)}`);
    const stages = compilePipeline(pipeline, world);
    const [local, foreign, name] = [textOf(localField).split("."), textOf(foreignField).split("."), textOf(as)];
    return (documents) => {
      const byKey = groupBy(world.read(textOf(from)), (document) => keyOf(valueAt(document, foreign)));
      return documents.map((document) => {
        const key = valueAt(document, local);
        if (isArray(key)) outside("$lookup by an array");
        return withValueAt(document, [name], run(stages, byKey.get(keyOf(key)) ?? []));
      });
    };
  },
  $unionWith: (operand, world) => {
    const { coll, pipeline } = documentOf(operand);
    const stages = compilePipeline(pipeline, world);
    return (documents) => [...documents, ...run(stages, world.read(textOf(coll)))];
  },
};

function each(change: (document: BsonDocument) => BsonDocument): Stage {
  return (documents) => documents.map(change);
}

function fieldOf(name: string): Evaluator {
  return (document) => document[name];
}

function documentOf(value: BsonValue): BsonDocument {
  return isDocument(value) ? value : refuse(14, `expected an object, not ${typeOf(value)}`);
}

function textOf(value: BsonValue): string {
  return typeof value === "string" ? value : refuse(14, `expected a string, not ${typeOf(value)}`);
}

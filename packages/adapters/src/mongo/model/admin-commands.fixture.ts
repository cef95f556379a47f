import { Long } from "mongodb";
import { type BsonDocument, compareValues, isArray } from "./bson-values.fixture.js";
import { documentOf, type Handler } from "./read-commands.fixture.js";
import { CODES, refuse } from "./vocabulary.fixture.js";

/** What a driver asks by itself. */
export const DRIVER_COMMANDS: Readonly<Record<string, Handler>> = {
  ping: async () => ({}),
  endSessions: async () => ({}),
};

export const ADMIN_COMMANDS: Readonly<Record<string, Handler>> = {
  buildInfo: async () => ({ version: "8.0.0", gitVersion: "model" }),

  create: async ({ create }, { set, database }) => {
    const collection = set.collection(database, String(create));
    if (collection.isMade) refuse(CODES.namespaceExists, `Collection ${database}.${String(create)} already exists.`);
    collection.isMade = true;
    return {};
  },

  createIndexes: async ({ createIndexes, indexes }, { set, database }) => {
    const collection = set.collection(database, String(createIndexes));
    collection.isMade = true;
    for (const index of isArray(indexes) ? indexes.map(documentOf) : []) addIndex(collection.indexes, index);
    return {};
  },

  listIndexes: async ({ listIndexes }, { set, database }) => {
    const name = String(listIndexes);
    const firstBatch = [{ v: 2, key: { _id: 1 }, name: "_id_" }, ...set.collection(database, name).indexes.values()];
    return { cursor: { id: Long.ZERO, ns: `${database}.${name}`, firstBatch } };
  },
};

/** The options that tell two indexes on the same keys apart. */
const optionsOf = ({ sparse, partialFilterExpression }: BsonDocument): BsonDocument => ({ sparse, partialFilterExpression });

function addIndex(indexes: Map<string, BsonDocument>, index: BsonDocument): void {
  const name = String(index.name);
  const same = indexes.get(name);
  if (same && compareValues(same, index) === 0) return;
  if (same) {
    const code = compareValues(same.key, index.key) === 0 ? CODES.sameKeysOtherName : CODES.sameNameOtherKeys;
    refuse(code, `An existing index has the same name as the requested index: ${name}`);
  }
  for (const [other, existing] of indexes) {
    const isSame = compareValues(existing.key, index.key) === 0 && compareValues(optionsOf(existing), optionsOf(index)) === 0;
    if (isSame) refuse(CODES.sameKeysOtherName, `Index already exists with a different name: ${other}`);
  }
  indexes.set(name, index);
}

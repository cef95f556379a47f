import type { Maps, StoredMap } from "@crm-engine/core/ports";
import type { Connection } from "./database/connection.js";
import { mongoVersioned } from "./versioned.js";

/**
 * A map's targets and columns are names of fields with dots and dollars in them, which no query could ask for and some servers refuse: it is kept as
 * JSON.
 */
export function mongoMaps(connection: Connection): Maps {
  const kept = mongoVersioned<KeptMap>(connection, ({ maps }) => maps);
  return {
    insert: (record) => kept.insert(toKept(record)),
    get: async (id) => {
      const found = await kept.get(id);
      return found && fromKept(found);
    },
    list: async (page) => {
      const { items, nextCursor } = await kept.list(page);
      return { items: items.map(fromKept), nextCursor };
    },
    replace: (record, expectedVersion) => kept.replace(toKept(record), expectedVersion),
    delete: (id, expectedVersion) => kept.delete(id, expectedVersion),
  };
}

type KeptMap = Omit<StoredMap, "map"> & { readonly map: string };

function toKept(record: StoredMap): KeptMap {
  return { ...record, map: JSON.stringify(record.map) };
}

function fromKept(kept: KeptMap): StoredMap {
  return { ...kept, map: JSON.parse(kept.map) as StoredMap["map"] };
}

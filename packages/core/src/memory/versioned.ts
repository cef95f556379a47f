import { CrmError } from "../errors.js";
import type { Versioned, VersionedRecord } from "../ports/versioned.js";
import type { Sync } from "./async-port.js";
import type { OrderedMap } from "./ordered-map.js";
import { pageByAge, pageByKey } from "./page-of.js";

/** Any noun's versioned records, kept in `records`. */
export function memoryVersioned<T extends VersionedRecord>(
  records: OrderedMap<T>,
  { newestFirst = false }: { readonly newestFirst?: boolean } = {},
): Sync<Versioned<T>> {
  const isAt = (id: string, version: number): boolean => records.get(id)?.version === version;
  return {
    insert: (record) => {
      if (records.get(record.id)) throw new CrmError("conflict", `The id ${JSON.stringify(record.id)} is taken.`);
      records.set(record.id, record);
    },
    get: (id) => records.get(id),
    list: (page) => (newestFirst ? pageByAge(records.values(), () => 0, page) : pageByKey(records, page)),
    replace: (record, expectedVersion) => {
      const found = isAt(record.id, expectedVersion);
      if (found) records.set(record.id, record);
      return found;
    },
    delete: (id, expectedVersion) => isAt(id, expectedVersion) && records.delete(id),
  };
}

import { CrmError } from "../errors.js";
import { OrderedMap } from "./ordered-map.js";

/** Rows that are written by compare-and-set on their version. */
export class VersionedRows<V extends { readonly id: string; readonly version: number }> {
  readonly rows = new OrderedMap<V>();

  insert(row: V): void {
    if (this.rows.get(row.id)) throw new CrmError("conflict", `The id ${JSON.stringify(row.id)} is taken.`);
    this.rows.set(row.id, row);
  }

  replace(row: V, expectedVersion: number): boolean {
    if (this.rows.get(row.id)?.version !== expectedVersion) return false;
    this.rows.set(row.id, row);
    return true;
  }

  delete(id: string, expectedVersion: number): boolean {
    return this.rows.get(id)?.version === expectedVersion && this.rows.delete(id);
  }
}

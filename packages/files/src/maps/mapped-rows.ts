import type { RowInput } from "@crm-engine/core";
import type { RowMap } from "./compile-map.js";

/** JSON objects as rows or order lines, by the names of their members. */
export async function* mappedRows(rows: AsyncIterable<RowInput> | Iterable<RowInput>, map: RowMap): AsyncGenerator<RowInput> {
  for await (const row of rows) {
    if ("issue" in row) yield row;
    else {
      const { data, ...place } = row;
      yield { ...place, ...map.readObject(data) };
    }
  }
}

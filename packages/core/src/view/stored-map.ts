import { z } from "zod";
import { BATCH_KINDS } from "../model/batch.js";
import type { ImportMap } from "../model/imports/import-map.js";
import type { StoredMap as Kept } from "../model/imports/stored-map.js";
import { formatInstant } from "../model/instant.js";
import { instantViewSchema } from "./instant.js";
import { type View, viewSchema } from "./view.js";

const schema = z
  .object({
    name: z.string(),
    kind: z.enum(BATCH_KINDS),
    map: z.custom<ImportMap>((value) => value !== undefined).meta({ type: "object", description: "Targets to columns." }),
    version: z.int().meta({ description: "Rises with each write; the ETag." }),
    createdAt: instantViewSchema,
    updatedAt: instantViewSchema,
  })
  .meta({ id: "StoredMap" });

export interface StoredMap extends Omit<View<z.output<typeof schema>>, "map"> {
  readonly map: ImportMap;
}
export const storedMapViewSchema: z.ZodType<StoredMap> = viewSchema(schema);

export function viewMap({ id, kind, map, version, createdAt, updatedAt }: Kept): StoredMap {
  return { name: id, kind, map, version, createdAt: formatInstant(createdAt), updatedAt: formatInstant(updatedAt) };
}

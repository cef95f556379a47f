import type { BatchKind, ImportMap } from "@crm-engine/core";
import { issuesOf } from "@crm-engine/core/schemas";
import { malformed } from "../input-fault.js";
import { importMapSchema } from "./import-map-schema.js";

/** A map that nobody has checked. Throws, as malformed, with the place of each fault. */
export function readMap(kind: BatchKind, json: unknown): ImportMap {
  const parsed = importMapSchema(kind).safeParse(json);
  if (parsed.success) return parsed.data;
  const issues = issuesOf(parsed.error).map(({ path, message }) => ({ path: path === "" ? "map" : `map.${path}`, message }));
  throw malformed(`The map is wrong: ${issues[0]?.path} ${issues[0]?.message}.`, issues);
}

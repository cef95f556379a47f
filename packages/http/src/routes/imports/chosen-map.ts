import { type BatchKind, type Engine, hasCode } from "@crm-engine/core";
import { compileMap, findPreset, malformed, PRESETS, type RowMap, readMap } from "@crm-engine/files";

/** The `map` parameter of a route that takes rows of this kind. */
export function mapParameter(kind: BatchKind) {
  const presets = namesOf(kind);
  return {
    in: "query" as const,
    name: "map",
    required: false,
    schema: { type: "string" as const },
    description: `From the file's columns to fields: a preset (${presets.join(", ")}), a stored map's name, or a map as JSON.`,
  };
}

/** What `?map=` says: a preset, a stored map, or JSON; undefined where it says nothing. */
export async function chosenMap(engine: Engine, kind: BatchKind, given: string | undefined): Promise<RowMap | undefined> {
  if (given === undefined) return undefined;
  if (given.trimStart().startsWith("{")) return compileMap(kind, readMap(kind, parsedJson(given)), engine.context);
  const preset = findPreset(given);
  if (preset === undefined) return storedMap(engine, kind, given);
  if (preset.kind !== kind) throw otherKind(given, preset.kind);
  return compileMap(kind, preset.map, engine.context, preset.never);
}

async function storedMap(engine: Engine, kind: BatchKind, name: string): Promise<RowMap> {
  const stored = await engine.maps.get(name).catch((error: unknown) => {
    throw hasCode(error, "not_found") ? unknownMap(kind, name) : error;
  });
  if (stored.kind !== kind) throw otherKind(name, stored.kind);
  return compileMap(kind, stored.map, engine.context);
}

function otherKind(name: string, kind: BatchKind) {
  return malformed(`${name} is a map for ${kind}.`, [{ path: "map", message: `is for ${kind}` }]);
}

function unknownMap(kind: BatchKind, name: string) {
  const message = `may be a preset (${namesOf(kind).join(", ")}), a stored map's name, or a map as JSON`;
  return malformed(`There is no map ${JSON.stringify(name)}: map ${message}.`, [{ path: "map", message }]);
}

function namesOf(kind: BatchKind): readonly string[] {
  return PRESETS.filter((preset) => preset.kind === kind).map(({ name }) => name);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed("map is no JSON.", [{ path: "map", message: "is no JSON" }]);
  }
}

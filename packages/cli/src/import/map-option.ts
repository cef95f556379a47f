import { readFile } from "node:fs/promises";
import { type BatchKind, type Engine, hasCode, type ImportMap } from "@crm-engine/core";
import { compileMap, findPreset, PRESETS, type RowMap, readMap } from "@crm-engine/files";
import { CommandError } from "../exit.js";

/** What `--map` says: a map out of a file, or the name of a preset or of a stored map. */
export type MapOption = { readonly map: ImportMap } | { readonly name: string };

/** Reads the file where it names one (`.json`); a name is looked up where the rows go. */
export async function readMapOption(kind: BatchKind, given: string | undefined): Promise<MapOption | undefined> {
  if (given === undefined) return undefined;
  const preset = findPreset(given);
  if (preset && preset.kind !== kind) throw new CommandError(`--map ${given}: this map is for ${preset.kind}`);
  if (!/\.json$/i.test(given)) return { name: given };
  const text = await readFile(given, "utf8").catch((error: unknown) => {
    throw new CommandError(`--map ${given}: ${error instanceof Error ? error.message : String(error)}`);
  });
  return { map: fromFile(kind, given, text) };
}

function fromFile(kind: BatchKind, path: string, text: string): ImportMap {
  try {
    return readMap(kind, JSON.parse(text));
  } catch (error) {
    throw new CommandError(`--map ${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** The map that an engine in this process imports by. */
export async function openMap(engine: Engine, kind: BatchKind, option: MapOption): Promise<RowMap> {
  if ("map" in option) return compileMap(kind, option.map, engine.context);
  const preset = findPreset(option.name);
  if (preset) return compileMap(kind, preset.map, engine.context, preset.never);
  const stored = await engine.maps.get(option.name).catch((error: unknown) => {
    if (!hasCode(error, "not_found")) throw error;
    const presets = PRESETS.map(({ name }) => name).join(", ");
    throw new CommandError(`--map ${option.name}: there is no such map; presets are ${presets}`);
  });
  if (stored.kind !== kind) throw new CommandError(`--map ${option.name}: this map is for ${stored.kind}`);
  return compileMap(kind, stored.map, engine.context);
}

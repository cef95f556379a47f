import type { MapsApi } from "../../engine/maps.js";
import { hasCode, invalid, notFound } from "../../errors.js";
import { idText, issuesOf } from "../../model/edge.js";
import type { StoredMap } from "../../model/imports/stored-map.js";
import { viewMap } from "../../view/stored-map.js";
import type { EngineParts } from "../engine-parts.js";
import { requireVersion } from "../require-version.js";

export function createMaps({ store: { maps }, clock }: Pick<EngineParts, "store" | "clock">): MapsApi {
  const get = async (name: string): Promise<StoredMap> => {
    const found = await maps.get(name);
    if (!found) throw notFound("map", name);
    return found;
  };
  return {
    get: async (name) => viewMap(await get(name)),
    list: async (page) => {
      const { items, nextCursor } = await maps.list(page);
      return { items: items.map(viewMap), nextCursor };
    },
    put: async (name, { kind, map }, options = {}) => {
      const id = nameOf(name);
      for (;;) {
        const stored = options.ifVersion === undefined ? await maps.get(id) : await get(id);
        if (stored) await requireVersion(stored, options, viewMap);
        const now = await clock();
        const version = (stored?.version ?? 0) + 1;
        const next: StoredMap = { id, kind, map, version, createdAt: stored?.createdAt ?? now, updatedAt: now };
        const isDone = stored ? await maps.replace(next, stored.version) : await inserted(next);
        if (isDone) return viewMap(next);
      }
    },
    delete: async (name, options = {}) => {
      for (;;) {
        const stored = await get(name);
        await requireVersion(stored, options, viewMap);
        if (await maps.delete(name, stored.version)) return;
      }
    },
  };

  async function inserted(map: StoredMap): Promise<boolean> {
    try {
      await maps.insert(map);
      return true;
    } catch (error) {
      if (hasCode(error, "conflict")) return false;
      throw error;
    }
  }
}

function nameOf(name: string): string {
  const parsed = idText.safeParse(name);
  if (parsed.success) return parsed.data;
  throw invalid(issuesOf(parsed.error).map(({ message }) => ({ path: "name", message })));
}

import { hasCode, type StoredSegment } from "@crm-engine/core/ports";
import type { WritePath } from "./write-path.fixture.js";

/** One noun's stand for all versioned ones, which share their writes. */
export const VERSIONED_PATHS: readonly WritePath[] = [
  {
    name: "segments: one made, which is not taken for somebody else's",
    prepare: async ({ segments }, id) => ({
      act: (by) =>
        by.segments.insert(segment(id, 1)).then(
          () => "made",
          (error: unknown) => {
            if (hasCode(error, "conflict")) return "taken";
            throw error;
          },
        ),
      state: () => segments.get(id),
    }),
  },
  {
    name: "segments: one replaced, by whom is known",
    prepare: async ({ segments }, id) => {
      await segments.insert(segment(id, 1));
      return { act: (by) => by.segments.replace(segment(id, 2), 1), state: () => segments.get(id) };
    },
  },
  {
    name: "segments: one deleted",
    prepare: async ({ segments }, id) => {
      await segments.insert(segment(id, 1));
      return { act: async (by) => void (await by.segments.delete(id, 1)), state: async () => (await segments.get(id)) ?? "gone" };
    },
  },
];

function segment(id: string, version: number): StoredSegment {
  return { id, name: `version ${version}`, rule: { all: [] }, version, createdAt: 1, updatedAt: version };
}

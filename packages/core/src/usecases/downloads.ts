import type { DownloadsApi } from "../engine/downloads.js";
import type { EngineParts } from "./engine-parts.js";
import { randomKey } from "./kept-addressing.js";
import { isFirst } from "./once.js";

const GOOD_FOR_MS = 60_000;
/** Of the random part of a token; what follows it proves that the store's key made it. */
const KEY_LENGTH = 64;
const MAX_TOKEN_LENGTH = 200;

/**
 * A token is 256 random bits and a proof, without which nobody reaches the store, which keeps the path under a keyed hash of the token: who
 * reads the store can make no link.
 */
export function createDownloads(parts: EngineParts): DownloadsApi {
  const { store, addresses } = parts;
  return {
    allow: async (path) => {
      const { opaque } = await addresses();
      const key = randomKey();
      const token = `${key}${opaque(`download ${key}`)}`;
      await store.idempotency.finish(nameOf(opaque, token), { bodyHash: "", answer: path }, GOOD_FOR_MS);
      return token;
    },
    take: async (token) => {
      if (token.length > MAX_TOKEN_LENGTH) return undefined;
      const { opaque } = await addresses();
      const key = token.slice(0, KEY_LENGTH);
      if (token !== `${key}${opaque(`download ${key}`)}`) return undefined;
      const name = nameOf(opaque, token);
      const kept = await store.idempotency.begin(name, { leaseMs: GOOD_FOR_MS, ttlMs: GOOD_FOR_MS });
      if (kept.state === "begun") await store.idempotency.abandon(name);
      return kept.state === "finished" && (await isFirst(parts, name)) ? kept.answer : undefined;
    },
  };
}

function nameOf(opaque: (text: string) => string, token: string): string {
  return `download:${opaque(`kept ${token}`)}`;
}

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { MongoClient } from "mongodb";
import { allPages } from "./pages.js";
import type { World } from "./world.js";

/** What is found of a text, and where. */
export interface Find {
  readonly where: string;
  readonly found: string;
}

const AROUND = 60;
const SCANNED = 1_000;

/** Looks for a text, in any case, in all that the store and the broker keep: in the files themselves where it is files. */
export async function findEverywhere(world: World, text: string): Promise<readonly Find[]> {
  const finds: Find[] = [];
  const look = (where: string, content: string): void => {
    const place = content.toLowerCase().indexOf(text);
    if (place >= 0) finds.push({ where, found: JSON.stringify(content.slice(Math.max(0, place - AROUND), place + AROUND)) });
  };
  const { STORE_URL = "", QUEUE_URL = "", NAMESPACE = "" } = world.env;
  if (world.pairing === "sqlite") {
    for (const name of ["crm.db", "crm.db-wal"]) {
      const path = join(world.folder, name);
      if (existsSync(path)) look(name, readFileSync(path, "latin1"));
    }
  } else await lookInMongo(STORE_URL, NAMESPACE, look);
  if (world.pairing === "redis") await lookInRedis(QUEUE_URL, NAMESPACE, look);
  for (const letter of await allPages((page) => world.queue.deadLetters({}, page))) look("dead letters", JSON.stringify(letter));
  return finds;
}

type Look = (where: string, content: string) => void;

async function lookInMongo(url: string, namespace: string, look: Look): Promise<void> {
  const client = new MongoClient(url);
  try {
    const db = client.db(new URL(url).pathname.slice(1) || "crm");
    for (const { name } of await db.listCollections().toArray()) {
      if (!name.startsWith(`${namespace}.`)) continue;
      for await (const document of db.collection(name).find()) look(name, JSON.stringify(document));
    }
  } finally {
    await client.close();
  }
}

async function lookInRedis(url: string, namespace: string, look: Look): Promise<void> {
  const redis = new Redis(url);
  try {
    let cursor = "0";
    do {
      const [next, keys] = await redis.scan(cursor, "MATCH", `${namespace}.*`, "COUNT", SCANNED);
      cursor = next;
      for (const key of keys) {
        const type = await redis.type(key);
        if (type === "stream") look(key, JSON.stringify(await redis.xrange(key, "-", "+")));
        else if (type === "zset") look(key, JSON.stringify(await redis.zrange(key, "0", "-1")));
      }
    } while (cursor !== "0");
  } finally {
    redis.disconnect();
  }
}

import { mongoStore } from "@crm-engine/adapters/mongo";
import { MongoClient } from "mongodb";
import type { Bench } from "../benchmark.js";
import { byHandMongo } from "./by-hand-mongo.js";
import type { Ground } from "./ground.js";

/** Empty; says that the population beside it is whole. */
const WHOLE = "whole";

export async function openMongo({ keepsData }: Pick<Bench, "keepsData">, url: string, database: string): Promise<Ground> {
  const client = await new MongoClient(url).connect();
  const db = client.db(database);
  const loaded = (await db.listCollections({ name: WHOLE }).toArray()).length > 0;
  if (!loaded) await db.dropDatabase();
  const store = mongoStore({ client, database });
  const pipelines = byHandMongo();
  return {
    store,
    loaded,
    ready: async () => {
      if (!loaded) await db.createCollection(WHOLE);
    },
    byHand: (rule) => {
      const pipeline = pipelines[rule];
      if (!pipeline) throw new Error(`${rule} was not written by hand`);
      const collection = db.collection(pipeline.on);
      return async () => {
        const [counted] = await collection
          .aggregate<{ readonly n: number }>([...pipeline.stages], { allowDiskUse: true })
          .toArray();
        return counted?.n ?? 0;
      };
    },
    close: async () => {
      await store.close();
      if (!keepsData) await db.dropDatabase();
      await client.close();
    },
  };
}

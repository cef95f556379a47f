import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { MessageQueue, ServiceInfo } from "@crm-engine/core/ports";
import type { ServerName } from "./catalogue.js";

/** Asks the server what it is, and leaves nothing on it. Each loads its driver only when it is asked. */
const ASK: Readonly<Record<ServerName, (url: string) => Promise<ServiceInfo>>> = {
  redis: async (url) => {
    const { redisQueue } = await import("@crm-engine/adapters/redis");
    return askQueue(redisQueue({ url }));
  },
  rabbitmq: async (url) => {
    const { rabbitmqQueue } = await import("@crm-engine/adapters/rabbitmq");
    return askQueue(rabbitmqQueue({ url }));
  },
  mongo: askMongo,
};

/** The name and version of the server at the URL, as soon as it answers. */
export async function serverAt(name: ServerName, url: string, maxWaitMs: number): Promise<string> {
  for (const end = Date.now() + maxWaitMs; ; ) {
    try {
      const info = await ASK[name](url);
      return `${info.name} ${info.version}`;
    } catch (error) {
      if (Date.now() >= end) throw error;
      await sleep(200);
    }
  }
}

async function askQueue(queue: MessageQueue): Promise<ServiceInfo> {
  try {
    return await queue.info();
  } finally {
    await queue.close();
  }
}

/** A store makes its collections before it answers anything: in a database that goes again. */
async function askMongo(url: string): Promise<ServiceInfo> {
  const [{ MongoClient }, { mongoStore }] = await Promise.all([import("mongodb"), import("@crm-engine/adapters/mongo")]);
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 1_000 });
  try {
    await client.connect();
    const database = `asked-${randomUUID()}`;
    try {
      return await mongoStore({ client, database }).info();
    } finally {
      await client.db(database).dropDatabase();
    }
  } finally {
    await client.close();
  }
}

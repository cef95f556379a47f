import { setTimeout as sleep } from "node:timers/promises";
import type { MessageQueue, ServiceInfo } from "@crm-engine/core";
import { MongoClient } from "mongodb";
import { serverInfo } from "../packages/adapters/src/mongo/server-info.js";
import { rabbitmqQueue } from "../packages/adapters/src/rabbitmq/index.js";
import { redisQueue } from "../packages/adapters/src/redis/index.js";
import type { ServiceName } from "./service-catalogue.js";

/** Asks the server, without leaving anything on it, what it is. */
const ASK: Readonly<Record<ServiceName, (url: string) => Promise<ServiceInfo>>> = {
  redis: (url) => askQueue(redisQueue({ url })),
  rabbitmq: (url) => askQueue(rabbitmqQueue({ url })),
  mongo: askMongo,
};

/** The name and version of the server at the URL, as soon as it answers. */
export async function serverAt(name: ServiceName, url: string, maxWaitMs: number): Promise<string> {
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

async function askMongo(url: string): Promise<ServiceInfo> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 1_000 });
  try {
    return await serverInfo(client);
  } finally {
    await client.close();
  }
}
